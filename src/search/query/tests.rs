//! What queries mean, how errors look, and what holds for any text and any tree.

use proptest::prelude::*;

use super::*;

const FIELDS: &[FieldName] = &[
    FieldName {
        name: "title",
        aliases: &["headline"],
    },
    FieldName {
        name: "country",
        aliases: &[],
    },
    FieldName {
        name: "date",
        aliases: &["published"],
    },
    FieldName {
        name: "outlet",
        aliases: &[],
    },
    FieldName {
        name: "goldstein",
        aliases: &[],
    },
    FieldName {
        name: "url",
        aliases: &[],
    },
];

fn read(text: &str) -> Result<Query, QueryError> {
    parse(text, FIELDS)
}

/// A tree on one line, with all that text hides: `[a b]` holds together, `{a b}` are alternatives.
fn outline(query: &Query) -> String {
    let all = |parts: &[Query]| parts.iter().map(outline).collect::<Vec<_>>().join(" ");
    match query {
        Query::All(_) => "all".into(),
        Query::And(parts, _) => format!("[{}]", all(parts)),
        Query::Or(parts, _) => format!("{{{}}}", all(parts)),
        Query::Not(part, _) => format!("not {}", outline(part)),
        Query::Boost(part, factor, _) => format!("{}^{factor}", outline(part)),
        Query::Clause(Clause { field, value, .. }) => {
            let field = field
                .map(|field| format!("{}=", field.name))
                .unwrap_or_default();
            format!("{field}{}", outline_value(value))
        }
        Query::Event(event) => {
            let roles = event.roles.iter().map(|role| {
                let values: Vec<_> = role.any_of.iter().map(outline_value).collect();
                format!("{}={}", role.role.name(), values.join("|"))
            });
            format!("event<{}>", roles.collect::<Vec<_>>().join(" "))
        }
    }
}

fn outline_value(value: &Value) -> String {
    match &value.kind {
        ValueKind::Any => "any".into(),
        ValueKind::Word(word) => word.clone(),
        ValueKind::Prefix(text) => format!("{text}…"),
        ValueKind::Wildcard(pieces) => format!("{pieces:?}"),
        ValueKind::Fuzzy { word, distance } => format!("{word}±{distance}"),
        ValueKind::Phrase { text, slop } => format!("'{text}'{slop}"),
        ValueKind::Regex(pattern) => format!("regex {pattern}"),
        ValueKind::Range(range) => format!("{range:?}"),
    }
}

#[test]
fn reads_what_is_well_formed() {
    for (text, expected) in [
        ("", "all"),
        (" \t\n", "all"),
        ("*", "all"),
        ("*:*", "all"),
        ("* -tariffs", "[all not tariffs]"),
        ("tariffs steel", "[tariffs steel]"),
        ("a AND b OR c d", "{[a b] [c d]}"),
        ("a (b OR c)", "[a {b c}]"),
        ("(a b) c", "[[a b] c]"),
        ("NOT a", "not a"),
        ("a OR NOT(b)", "{a not b}"),
        ("-(a OR b)^2", "not {a b}^2"),
        ("war and peace or not", "[war and peace or not]"),
        (r"\AND \-x a\ b", "[AND -x a b]"),
        (
            "don't U.S. AT&T covid-19 3.5",
            "[don't U.S. AT&T covid-19 3.5]",
        ),
        (
            "10:30 a::b http://x.org/?q=1 Breaking: news",
            "[10:30 a::b http://x.org/?q=1 Breaking: news]",
        ),
        ("sanction*", "sanction…"),
        ("w?rd", "[Text(\"w\"), One, Text(\"rd\")]"),
        ("*ism**", "[Many, Text(\"ism\"), Many]"),
        ("Who won?", "[Who won?]"),
        ("te?t?", "[Text(\"te\"), One, Text(\"t\"), One]"),
        ("Zelensky~ Putin~2^0.5", "[Zelensky±1 Putin±2^0.5]"),
        ("\"peace talks\"~5^3", "'peace talks'5^3"),
        (
            r#"“peace talks” „so“ «là» »da« "a \" “b”""#,
            "['peace talks'0 'so'0 'là'0 'da'0 'a \" “b”'0]",
        ),
        (r"/a b\/c\d/ x", r"[regex a b/c\d x]"),
        ("so... then", "[so... then]"),
        ("Johnson & Johnson", "[Johnson Johnson]"),
        (
            "Biden – Xi talks: what’s next ?",
            "[Biden Xi talks: what’s next]",
        ),
        (
            "«\u{a0}Macron : la France\u{a0}» – Bardella !",
            "['\u{a0}Macron : la France\u{a0}'0 Bardella]",
        ),
        ("(a , b) – OR ‘c’", "{[a b] ‘c’}"),
        (
            "\u{feff}title:sanc\u{ad}tions\u{200b} \"a\u{200e}b\"",
            "[title=sanctions 'ab'0]",
        ),
        ("a\u{a0}b\u{202f}c\u{2003}d", "[a b c d]"),
        (
            "date:2024-01..2024-06",
            "date=Between(\"2024-01\", \"2024-06\")",
        ),
        (
            "Published:2024.. date:..2023",
            "[date=AtLeast(\"2024\") date=AtMost(\"2023\")]",
        ),
        (
            "goldstein:-8.0..-3.5",
            "goldstein=Between(\"-8.0\", \"-3.5\")",
        ),
        (
            "date:>=a date:>b date:<=c date:<d",
            "[date=AtLeast(\"a\") date=Above(\"b\") date=AtMost(\"c\") date=Below(\"d\")]",
        ),
        (
            "country:(US OR -\"South Korea\" fr*)",
            "{country=US [not country='South Korea'0 country=fr…]}",
        ),
        (
            "date:(a..2024-01-01T10:30)",
            "date=Between(\"a\", \"2024-01-01T10:30\")",
        ),
        (
            "outlet:* url:http://x.org/a",
            "[outlet=any url=http://x.org/a]",
        ),
        ("headline:NOT^2", "title=NOT^2"),
        (
            "date:>=2024-01-01T10:30",
            "date=AtLeast(\"2024-01-01T10:30\")",
        ),
        (
            "tariffs event(by:US action:SANCTION to:CN) date:2024-01..2024-06 -outlet:\"Xinhua\"",
            "[tariffs event<by=US action=SANCTION to=CN> date=Between(\"2024-01\", \"2024-06\") not outlet='Xinhua'0]",
        ),
        (
            "event(by:(US OR \"Great Britain\") by:GOV on:>2023)^2",
            "event<by=US|'Great Britain'0 by=GOV on=Above(\"2023\")>^2",
        ),
        (
            "-event(action:*) the event",
            "[not event<action=any> the event]",
        ),
    ] {
        let query = read(text).unwrap_or_else(|error| panic!("{}", error.render(text)));
        assert_eq!(outline(&query), expected, "{text}");
        assert_eq!(read(&query.to_string()), Ok(query), "{text}");
    }
}

#[test]
fn prints_for_people() {
    for (text, expected) in [
        ("don't  AND U.S. OR NOT 3.5", "don't U.S. OR -3.5"),
        (
            "10:30 covid-19 goldstein:-8.0..-3.5",
            "10:30 covid-19 goldstein:-8.0..-3.5",
        ),
        ("headline:(a OR \\-b)", "title:a OR title:-b"),
        ("((a))^2 ((b c))^1.5", "a^2 (b c)^1.5"),
        ("http://x.org?", r"http\://x.org?"),
        ("Who won? date:>=.7", "Who won? date:>=.7"),
        (r"\NEAR/5 \[2024 TO 2025]", r"\NEAR/5 \[2024 TO 2025]"),
    ] {
        assert_eq!(
            read(text).map(|query| query.to_string()).as_deref(),
            Ok(expected)
        );
    }
}

#[test]
fn spans_point_at_the_text() {
    let text = "é title:(a OR \"b\")^2";
    let Ok(Query::And(parts, all)) = read(text) else {
        panic!("not two parts")
    };
    let Query::Boost(group, _, boosted) = &parts[1] else {
        panic!("no boost")
    };
    let Query::Or(values, _) = &**group else {
        panic!("no group")
    };
    let Query::Clause(clause) = &values[1] else {
        panic!("no clause")
    };
    let field = clause.field.map(|field| field.span).unwrap_or_default();
    let written =
        [all, *boosted, group.span(), clause.span, field].map(|span| &text[span.start..span.end]);
    assert_eq!(
        written,
        [text, "title:(a OR \"b\")^2", "a OR \"b\"", "\"b\"", "title"]
    );
}

#[test]
fn refuses_with_a_caret() {
    for expected in include_str!("errors.txt").split("\n\n") {
        let query = expected.lines().nth(1).unwrap_or_default();
        let text = query.strip_prefix("  ").unwrap_or(query);
        match read(text) {
            Ok(query) => panic!("{text} reads as {query}"),
            Err(error) => assert_eq!(
                error.render(text),
                expected.trim_end(),
                "\n{}",
                error.render(text)
            ),
        }
    }
}

#[test]
fn keeps_its_limits() {
    let nested = |depth| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(read(&nested(MAX_DEPTH)).is_ok());
    for (text, expected) in [
        (nested(MAX_DEPTH + 1), "groups are more than 64 deep"),
        ("(".repeat(MAX_BYTES), "groups are more than 64 deep"),
        ("a ".repeat(MAX_CLAUSES + 1), "more than 1024 values"),
        (
            "é".repeat(MAX_BYTES),
            "the query is 16384 bytes long, more than 8192",
        ),
        (
            format!("{}:x", "é".repeat(4000)),
            "unknown field `éééééééééééééééééééééééééééééééééééééééé…`",
        ),
    ] {
        let error = read(&text).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert!(
            error
                .render(&text)
                .lines()
                .all(|line| line.chars().count() < 160)
        );
    }
    assert!(read(&"a ".repeat(MAX_CLAUSES)).is_ok());
}

#[test]
fn shows_the_neighbourhood_of_an_error() {
    let text = format!("{}\tcontry:US {}", "北京 ".repeat(20), "x ".repeat(50));
    let shown = read(&text).unwrap_err().render(&text);
    assert_eq!(
        shown,
        "unknown field `contry`
  … 北京 北京 北京 北京 北京  contry:US x x x x x x x x x x x x x x x x x…
                              ^^^^^^ did you mean `country`?"
    );
}

#[test]
fn keeps_control_characters_from_the_terminal() {
    let text = "\u{1b}[31m\u{202e}x:\"a";
    let shown = read(text).unwrap_err().render(text);
    assert!(!shown.contains(['\u{1b}', '\u{202e}']));
}

/// Text that is mostly made of what the grammar gives a meaning.
fn any_text() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        prop::sample::select(vec![
            "AND", "OR", "NOT", "event(", "by:", "title:", "date:", "(", ")", "\"", "“", "”", "«",
            "-", "–", "--", "*", "?", "~", "~1", "^", "^2", "/", "\\", "..", ">=", "<", ":", "&&",
            "||", "!", " ", " ", " ", "a", "US", "2024", "é", "北", "e\u{301}", ",", ".", "://",
            "[", "*:",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(token, 0..24).prop_map(|tokens| tokens.concat())
}

fn text() -> impl Strategy<Value = String> {
    let searchable = |text: &String| text.chars().any(char::is_alphanumeric);
    prop_oneof![
        2 => "[a-zé0-9]{1,6}".boxed(),
        2 => "[aZ北3 \\\\\"“»()*?~^:/.,<>=\\[{&|!–—−\u{2003}'-]{1,8}".boxed(),
        1 => prop::sample::select(vec!["AND", "OR", "NOT", "event", "title:", "a..b", "http://x?"])
            .prop_map(str::to_owned)
            .boxed(),
    ]
    .prop_filter("has a letter or digit", searchable)
}

fn value() -> impl Strategy<Value = ValueKind> {
    let wildcard = (text(), prop::option::of(text()), any::<[bool; 2]>()).prop_map(
        |(first, last, [leads, one])| {
            let mut pieces = vec![
                if one { Piece::One } else { Piece::Many },
                Piece::Text(first),
            ];
            pieces.extend([Piece::Many, Piece::One]);
            pieces.extend(last.map(Piece::Text));
            if leads { pieces } else { pieces.split_off(1) }
        },
    );
    prop_oneof![
        4 => text().prop_map(ValueKind::Word),
        1 => text().prop_map(ValueKind::Prefix),
        1 => wildcard.prop_map(ValueKind::Wildcard),
        1 => (text(), 1..3u8).prop_map(|(word, distance)| ValueKind::Fuzzy { word, distance }),
        2 => (text(), 0..9u32).prop_map(|(text, slop)| ValueKind::Phrase { text, slop }),
        1 => r"([a-z /()\[]|\\[a-z\\.]){1,6}".prop_map(ValueKind::Regex),
    ]
}

fn named_value() -> impl Strategy<Value = ValueKind> {
    let between = (text(), text()).prop_map(|(from, to)| Range::Between(from, to));
    let kinds = [Range::AtLeast, Range::Above, Range::AtMost, Range::Below];
    let open = (text(), prop::sample::select(kinds.to_vec())).prop_map(|(bound, kind)| kind(bound));
    prop_oneof![
        4 => value(),
        1 => Just(ValueKind::Any),
        1 => prop::sample::select(vec!["-", "€", "?"]).prop_map(|text| ValueKind::Word(text.into())),
        2 => prop_oneof![between, open].prop_map(ValueKind::Range),
    ]
}

fn tree() -> impl Strategy<Value = Query> {
    let span = Span::default();
    let placed = move |kind| Value { kind, span };
    let clause = value().prop_map(move |kind| Clause {
        field: None,
        value: placed(kind),
        span,
    });
    let name = prop::sample::select(FIELDS).prop_map(|field| field.name);
    let named = (name, named_value()).prop_map(move |(name, kind)| Clause {
        field: Some(Field { name, span }),
        value: placed(kind),
        span,
    });
    let values = prop::collection::vec(named_value().prop_map(placed), 1..3);
    let role = (prop::sample::select(Role::ALL.to_vec()), values)
        .prop_map(move |(role, any_of)| RoleClause { role, any_of, span });
    let event =
        prop::collection::vec(role, 1..4).prop_map(move |roles| EventClause { roles, span });
    let leaf = prop_oneof![
        4 => clause.prop_map(Query::Clause),
        2 => named.prop_map(Query::Clause),
        1 => event.prop_map(Query::Event),
        1 => Just(Query::All(span)),
    ];
    leaf.prop_recursive(5, 24, 4, move |part| {
        prop_oneof![
            prop::collection::vec(part.clone(), 2..4)
                .prop_map(move |parts| Query::And(parts, span)),
            prop::collection::vec(part.clone(), 2..4).prop_map(move |parts| Query::Or(parts, span)),
            part.clone()
                .prop_map(move |part| Query::Not(part.into(), span)),
            (part, 0.001..1000f32).prop_map(move |(part, by)| Query::Boost(part.into(), by, span)),
        ]
    })
}

/// Every span of a tree.
fn spans(query: &Query, found: &mut Vec<Span>) {
    found.push(query.span());
    match query {
        Query::All(_) => {}
        Query::And(parts, _) | Query::Or(parts, _) => {
            parts.iter().for_each(|part| spans(part, found));
        }
        Query::Not(part, _) | Query::Boost(part, ..) => spans(part, found),
        Query::Clause(clause) => {
            found.push(clause.value.span);
            found.extend(clause.field.map(|field| field.span));
        }
        Query::Event(event) => {
            for role in &event.roles {
                found.push(role.span);
                found.extend(role.any_of.iter().map(|value| value.span));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_text_is_read_or_refused_in_place(text in any_text()) {
        match read(&text) {
            Ok(query) => {
                let mut found = Vec::new();
                spans(&query, &mut found);
                for span in found {
                    prop_assert!(text.get(span.start..span.end).is_some(), "{span:?} of {text:?}");
                }
                prop_assert_eq!(read(&query.to_string()), Ok(query));
            }
            Err(error) => {
                prop_assert!(text.get(error.span.clone()).is_some(), "{:?}", error);
                prop_assert_eq!(error.render(&text).lines().count(), 3);
            }
        }
    }

    #[test]
    fn any_tree_reads_as_it_prints(query in tree()) {
        let text = query.to_string();
        match read(&text) {
            Ok(again) => prop_assert_eq!(again, query, "{}", text),
            Err(error) => prop_assert!(false, "{}", error.render(&text)),
        }
    }
}
