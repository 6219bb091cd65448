//! Builds the tree from the tokens, by recursive descent: one function for each rule of the
//! grammar. Its depth is bounded by [`MAX_DEPTH`].

use super::ast::{Clause, EventClause, Field, Query, Range, Role, RoleClause, Span};
use super::ast::{Piece, Value, ValueKind, is_distance};
use super::error::{QueryError, quoted};
use super::lexer::{Glyph, Token, TokenKind, bad_boost, boost_factor, double_negation};
use super::names::{FieldName, resolve};
use super::{MAX_CLAUSES, MAX_DEPTH};
use crate::ontology::nearest::nearest;

/// Marks that say nothing between words. Not those that might be meant as something: `|`, `+`.
const PUNCTUATION: [char; 15] = [
    '&', ',', '.', ';', ':', '?', '…', '–', '—', '−', '·', '•', '‘', '’', '\'',
];

type Result<T> = std::result::Result<T, QueryError>;

pub(super) struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    fields: &'a [FieldName],
    depth: usize,
    clauses: usize,
}

impl<'a> Parser<'a> {
    /// `tokens` are those of `text`, the end included.
    pub fn new(text: &'a str, tokens: Vec<Token>, fields: &'a [FieldName]) -> Self {
        Self {
            text,
            tokens,
            at: 0,
            fields,
            depth: 0,
            clauses: 0,
        }
    }

    pub fn parse(mut self) -> Result<Query> {
        if let TokenKind::End = self.peek().kind {
            return Ok(Query::All(self.peek().span));
        }
        let query = self.any(None)?;
        match self.peek() {
            Token {
                kind: TokenKind::Close,
                span,
            } => Err(QueryError::new("`)` closes nothing", *span)
                .hint("remove it, or write \\) for a plain parenthesis")),
            _ => Ok(query),
        }
    }

    fn peek(&self) -> &Token {
        &self.tokens[self.at]
    }

    /// Takes a token; the end stays where it is.
    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    /// The place of the token taken last.
    fn previous(&self) -> Span {
        self.tokens[self.at.saturating_sub(1)].span
    }

    fn written(&self, span: Span) -> String {
        quoted(&self.text[span.start..span.end])
    }

    /// `query`: alternatives. `field` is that of the group around it.
    fn any(&mut self, field: Option<Field>) -> Result<Query> {
        let start = self.peek().span;
        let mut parts = vec![self.all(field)?];
        while let TokenKind::Or = self.peek().kind {
            self.next();
            parts.push(self.all(field)?);
        }
        Ok(combined(parts, start.to(self.previous()), Query::Or))
    }

    /// `and`: parts that hold together.
    fn all(&mut self, field: Option<Field>) -> Result<Query> {
        let start = self.peek().span;
        self.pass_punctuation(false);
        let mut parts = vec![self.unary(field)?];
        loop {
            self.pass_punctuation(true);
            match self.peek().kind {
                TokenKind::Or | TokenKind::Close | TokenKind::End => break,
                TokenKind::And => {
                    self.next();
                }
                _ => {}
            }
            parts.push(self.unary(field)?);
        }
        Ok(combined(parts, start.to(self.previous()), Query::And))
    }

    /// Passes over punctuation that stands alone, as in pasted headlines, beside a part that was
    /// read or is to come: `Johnson & Johnson`, `Gaza – now`, `Qui va gagner ?`.
    fn pass_punctuation(&mut self, after_part: bool) {
        let ends = |token: &Token| matches!(token.kind, TokenKind::Close | TokenKind::End);
        let is_punctuation = |token: &Token, next: &Token| match &token.kind {
            TokenKind::Word(glyphs) => match &glyphs[..] {
                // Before a word it may be meant as an operator.
                [mark] if mark.is('!') => ends(next),
                [mark] => !mark.escaped && PUNCTUATION.contains(&mark.ch),
                dots => dots.len() > 2 && dots.iter().all(|dot| dot.is('.')),
            },
            _ => false,
        };
        let run = self.tokens[self.at..]
            .windows(2)
            .take_while(|pair| is_punctuation(&pair[0], &pair[1]))
            .count();
        let next = &self.tokens[self.at + run];
        if after_part || !(ends(next) || matches!(next.kind, TokenKind::And | TokenKind::Or)) {
            self.at += run;
        }
    }

    fn unary(&mut self, field: Option<Field>) -> Result<Query> {
        let TokenKind::Not = self.peek().kind else {
            return self.boosted(field);
        };
        let not = self.next().span;
        if let Token {
            kind: TokenKind::Not,
            span,
        } = self.peek()
        {
            return Err(double_negation(not.to(*span).into()));
        }
        let part = self.boosted(field)?;
        Ok(Query::Not(Box::new(part), not.to(self.previous())))
    }

    fn boosted(&mut self, field: Option<Field>) -> Result<Query> {
        let start = self.peek().span;
        let (query, glued) = self.clause(field)?;
        if let Some((factor, span)) = glued {
            return Ok(Query::Boost(Box::new(query), factor, start.to(span)));
        }
        if let Token {
            kind: TokenKind::Boost(factor),
            span,
        } = *self.peek()
        {
            self.next();
            return Ok(Query::Boost(Box::new(query), factor, start.to(span)));
        }
        Ok(query)
    }

    /// `clause`, with the boost that a word has glued to it.
    fn clause(&mut self, field: Option<Field>) -> Result<(Query, Option<(f32, Span)>)> {
        let before = self.at.checked_sub(1).map(|at| self.tokens[at].clone());
        let token = self.next();
        match token.kind {
            TokenKind::Open => Ok((self.group(token.span, field)?, None)),
            TokenKind::Event => {
                if let Some(field) = field {
                    return Err(self.foreign(field, token.span));
                }
                Ok((Query::Event(self.event(token.span)?), None))
            }
            TokenKind::Field(name) => {
                if let Some(field) = field {
                    return Err(self.foreign(field, token.span));
                }
                let field = Field {
                    name: self.field(&name, token.span)?,
                    span: token.span,
                };
                if let Token {
                    kind: TokenKind::Open,
                    span,
                } = *self.peek()
                {
                    self.next();
                    return Ok((self.group(span, Some(field))?, None));
                }
                let (value, boost) = self.value(true)?;
                let span = token.span.to(value.span);
                Ok((
                    Query::Clause(Clause {
                        field: Some(field),
                        value,
                        span,
                    }),
                    boost,
                ))
            }
            TokenKind::Word(_) | TokenKind::Phrase { .. } | TokenKind::Regex(_) => {
                self.at -= 1;
                let (value, boost) = self.value(field.is_some())?;
                let span = value.span;
                let query = match value.kind {
                    ValueKind::Any if field.is_none() => Query::All(span),
                    _ => Query::Clause(Clause { field, value, span }),
                };
                Ok((query, boost))
            }
            _ => Err(self.missing(before, token)),
        }
    }

    /// What follows the parenthesis at `open`, up to the one that closes it.
    fn group(&mut self, open: Span, field: Option<Field>) -> Result<Query> {
        if self.depth == MAX_DEPTH {
            return Err(
                QueryError::new(format!("groups are more than {MAX_DEPTH} deep"), open)
                    .hint("take some parentheses away"),
            );
        }
        self.depth += 1;
        let query = self.any(field)?;
        self.depth -= 1;
        self.close(open)?;
        Ok(query)
    }

    /// Takes the parenthesis that closes the one at `open`.
    fn close(&mut self, open: Span) -> Result<Span> {
        match *self.peek() {
            Token {
                kind: TokenKind::Close,
                span,
            } => {
                self.next();
                Ok(span)
            }
            _ => Err(
                QueryError::new(format!("{} is not closed", self.written(open)), open)
                    .hint("add `)`, or write \\( for a plain parenthesis"),
            ),
        }
    }

    fn field(&self, name: &str, span: Span) -> Result<&'static str> {
        if let Some(name) = resolve(name, self.fields) {
            return Ok(name);
        }
        let names = self
            .fields
            .iter()
            .flat_map(|field| std::iter::once(&field.name).chain(field.aliases).copied());
        let error = QueryError::new(format!("unknown field {}", quoted(name)), span);
        Err(match nearest(name, names) {
            _ if role(name).is_some() => {
                error.hint(format!("a role belongs inside an event: event({name}:…)"))
            }
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("write \\: for a plain colon"),
        })
    }

    /// `event`, after its parenthesis.
    fn event(&mut self, open: Span) -> Result<EventClause> {
        let mut roles = Vec::new();
        while let TokenKind::Field(name) = self.peek().kind.clone() {
            let start = self.next().span;
            let role = role(&name).ok_or_else(|| {
                let error = QueryError::new(format!("unknown role {}", quoted(&name)), start);
                match nearest(&name, Role::ALL.iter().map(|role| role.name())) {
                    Some(near) => error.hint(format!("did you mean `{near}`?")),
                    None => error.hint(format!("the roles are {}", role_names())),
                }
            })?;
            let any_of = self.role_values()?;
            let span = start.to(self.previous());
            roles.push(RoleClause { role, any_of, span });
        }
        let next = self.peek().clone();
        let hint = match next.kind {
            TokenKind::Close if roles.is_empty() => {
                return Err(QueryError::new("the event has no roles", open.to(next.span))
                    .hint("write event(action:*) for any event"));
            }
            TokenKind::Close | TokenKind::End => {
                let span = open.to(self.close(open)?);
                return Ok(EventClause { roles, span });
            }
            TokenKind::Not => "exclude a whole event: -event(…)".to_owned(),
            TokenKind::And | TokenKind::Or => {
                "roles of one event all hold; write OR within a role, by:(US OR GB), or between events"
                    .to_owned()
            }
            TokenKind::Boost(_) => "boost the whole event: event(…)^2".to_owned(),
            _ => format!("write role:value without a space; the roles are {}", role_names()),
        };
        let shown = self.written(next.span);
        Err(QueryError::new(format!("{shown} is not a role of the event"), next.span).hint(hint))
    }

    /// The value of a role, or its alternatives in parentheses.
    fn role_values(&mut self) -> Result<Vec<Value>> {
        let Token {
            kind: TokenKind::Open,
            span: open,
        } = *self.peek()
        else {
            return Ok(vec![self.role_value()?]);
        };
        self.next();
        let mut any_of = vec![self.role_value()?];
        while let TokenKind::Or = self.peek().kind {
            self.next();
            any_of.push(self.role_value()?);
        }
        let next = self.peek().clone();
        if !matches!(next.kind, TokenKind::Close | TokenKind::End) {
            let message = format!("`OR` is missing before {}", self.written(next.span));
            return Err(QueryError::new(message, next.span)
                .hint("write (US OR GB) for either, by:US by:GOV for both, or quote a name"));
        }
        self.close(open)?;
        Ok(any_of)
    }

    fn role_value(&mut self) -> Result<Value> {
        let token = self.peek().clone();
        match &token.kind {
            TokenKind::Word(glyphs) => {
                if let Some(comma) = glyphs.iter().find(|glyph| glyph.is(',')) {
                    return Err(
                        QueryError::new("an event has no commas", comma.at..comma.at + 1).hint(
                            "put a space between roles, and OR between values: by:(US OR GB)",
                        ),
                    );
                }
            }
            TokenKind::Phrase { .. } | TokenKind::Regex(_) => {}
            _ => {
                let before = self.at.checked_sub(1).map(|at| self.tokens[at].clone());
                return Err(match token.kind {
                    TokenKind::And | TokenKind::Or | TokenKind::Close | TokenKind::End => {
                        self.missing(before, token)
                    }
                    _ => QueryError::new(
                        format!("{} is not a value of a role", self.written(token.span)),
                        token.span,
                    )
                    .hint("a group of a role holds values with OR between them: (US OR GB)"),
                });
            }
        }
        match self.value(true)? {
            (value, None) => Ok(value),
            (_, Some((_, span))) => Err(QueryError::new("a role has no boost of its own", span)
                .hint("boost the whole event: event(…)^2")),
        }
    }

    /// The error for a token that is no clause, after the one `before` it.
    fn missing(&self, before: Option<Token>, token: Token) -> QueryError {
        let lower = "write it in quotes to search for the word";
        let shown = self.written(token.span);
        match (before, token.kind) {
            (_, TokenKind::And | TokenKind::Or) => {
                QueryError::new(format!("nothing stands before {shown}"), token.span).hint(lower)
            }
            (
                Some(Token {
                    kind: TokenKind::And | TokenKind::Or | TokenKind::Not,
                    span,
                }),
                _,
            ) => {
                let operator = self.written(span);
                QueryError::new(format!("nothing follows {operator}"), span).hint(lower)
            }
            (
                Some(Token {
                    kind: TokenKind::Open,
                    span,
                }),
                TokenKind::Close,
            ) => QueryError::new("the group is empty", span.to(token.span))
                .hint("write what to search for between the parentheses"),
            (
                Some(Token {
                    kind: TokenKind::Open,
                    span,
                }),
                _,
            ) => QueryError::new(format!("{} is not closed", self.written(span)), span)
                .hint("add `)`, or write \\( for a plain parenthesis"),
            (_, TokenKind::Close) => QueryError::new("`)` closes nothing", token.span)
                .hint("remove it, or write \\) for a plain parenthesis"),
            _ => QueryError::new(format!("{shown} stands in the wrong place"), token.span),
        }
    }

    /// The error for what cannot stand inside the group of a field.
    fn foreign(&self, field: Field, span: Span) -> QueryError {
        let message = format!(
            "{} inside the group of `{}`",
            self.written(span),
            field.name
        );
        QueryError::new(message, span).hint("close the group first, or write \\: for a plain colon")
    }

    /// A word, phrase or expression, with the boost that a word has glued to it. `named` if it has
    /// a field or role.
    fn value(&mut self, named: bool) -> Result<(Value, Option<(f32, Span)>)> {
        let token = self.next();
        self.clauses += 1;
        if self.clauses > MAX_CLAUSES {
            return Err(
                QueryError::new(format!("more than {MAX_CLAUSES} values"), token.span)
                    .hint("split the query into several searches"),
            );
        }
        let (kind, boost) = match token.kind {
            TokenKind::Word(glyphs) => {
                let word = Word {
                    parser: self,
                    named,
                    span: token.span,
                };
                return word.read(&glyphs);
            }
            TokenKind::Phrase { text, slop } => {
                if !named {
                    self.check_searchable(&text, token.span)?;
                }
                (ValueKind::Phrase { text, slop }, None)
            }
            TokenKind::Regex(pattern) => (ValueKind::Regex(pattern), None),
            _ => return Err(self.missing(None, token)),
        };
        Ok((
            Value {
                kind,
                span: token.span,
            },
            boost,
        ))
    }

    fn check_searchable(&self, text: &str, span: Span) -> Result<()> {
        if text.chars().any(char::is_alphanumeric) {
            return Ok(());
        }
        let message = format!(
            "{} has no letter or digit to search for",
            self.written(span)
        );
        Err(QueryError::new(message, span).hint("leave it out"))
    }
}

/// Reads what the characters of one word mean: pattern, range, or text.
struct Word<'a> {
    parser: &'a Parser<'a>,
    named: bool,
    span: Span,
}

impl Word<'_> {
    fn read(&self, glyphs: &[Glyph]) -> Result<(Value, Option<(f32, Span)>)> {
        let (glyphs, boost) = match glyphs.iter().rposition(|glyph| glyph.is('^')) {
            None => (glyphs, None),
            Some(caret) => {
                let span = Span {
                    start: glyphs[caret].at,
                    end: self.span.end,
                };
                let digits = plain(&glyphs[caret + 1..]);
                let factor = boost_factor(&digits).ok_or_else(|| bad_boost(span))?;
                (&glyphs[..caret], Some((factor, span)))
            }
        };
        let end = boost.map_or(self.span.end, |(_, span)| span.start);
        let span = Span {
            start: self.span.start,
            end,
        };
        if let Some(caret) = glyphs.iter().find(|glyph| glyph.is('^')) {
            return Err(bad_boost(Span {
                start: caret.at,
                end: self.span.end,
            }));
        }
        if glyphs.is_empty() {
            return Err(
                QueryError::new("a boost needs a value before it", self.span)
                    .hint("write it as in word^2"),
            );
        }
        let word = Word { span, ..*self };
        word.check_operators(glyphs)?;
        Ok((
            Value {
                kind: word.kind(glyphs)?,
                span,
            },
            boost,
        ))
    }

    /// Refuses what other query languages have, and what would be searched for in vain.
    fn check_operators(&self, glyphs: &[Glyph]) -> Result<()> {
        for pair in glyphs.windows(2) {
            for (ch, word) in [('&', "AND"), ('|', "OR")] {
                if pair[0].is(ch) && pair[1].is(ch) {
                    let message = format!("`{ch}{ch}` is not an operator");
                    return Err(QueryError::new(message, pair[0].at..pair[1].at + 1)
                        .hint(format!("write {word} with a space on either side")));
                }
            }
        }
        if let Some(bar) = glyphs.iter().find(|glyph| glyph.is('|')) {
            return Err(
                QueryError::new("`|` is not an operator", bar.at..bar.at + 1)
                    .hint("write OR with a space on either side, or \\| for a plain `|`"),
            );
        }
        let at = self.span.start;
        if !self.named && glyphs[0].is('!') {
            return Err(
                QueryError::new("`!` is not an operator", at..at + 1).hint("write `-` to exclude")
            );
        }
        if !self.named && begins(glyphs, "*:") && plain(glyphs) != "*:*" {
            return Err(QueryError::new("`*` is not a field", at..at + 1)
                .hint("leave `*:` out to search everywhere"));
        }
        if !self.named && glyphs.iter().all(|glyph| !glyph.escaped) && is_distance(&plain(glyphs)) {
            let shown = self.parser.written(self.span);
            return Err(
                QueryError::new(format!("{shown} is not an operator"), self.span)
                    .hint("write \"near words\"~5, or \\ before the plain word"),
            );
        }
        let is_bracket = glyphs[0].is('[') || glyphs[0].is('{');
        if !self.named && is_bracket && self.is_before("TO") {
            return Err(QueryError::new("a range has no brackets", at..at + 1)
                .hint("write it as in date:2024..2025, or \\ before a plain bracket"));
        }
        if self.named && is_bracket {
            return Err(QueryError::new("a range has no brackets", at..at + 1)
                .hint("write it as from..to, >=from or <to"));
        }
        if let [name @ .., colon] = glyphs
            && colon.is(':')
        {
            let name = plain(name);
            if resolve(&name, self.parser.fields).is_some() || role(&name).is_some() {
                let shown = quoted(&name);
                return Err(QueryError::new(format!("{shown} has no value"), self.span)
                    .hint("write the value directly after the colon, or \\: for a plain colon"));
            }
        }
        Ok(())
    }

    /// Whether the next word is this one.
    fn is_before(&self, word: &str) -> bool {
        matches!(&self.parser.peek().kind, TokenKind::Word(glyphs) if plain(glyphs) == word)
    }

    fn kind(&self, glyphs: &[Glyph]) -> Result<ValueKind> {
        if begins(glyphs, "*:*") && glyphs.len() == 3 && !self.named {
            return Ok(ValueKind::Any);
        }
        if let Some(range) = self.range(glyphs)? {
            return Ok(ValueKind::Range(range));
        }
        let tail = glyphs
            .iter()
            .rev()
            .take_while(|glyph| glyph.ch.is_ascii_digit())
            .count();
        if let [word @ .., tilde] = &glyphs[..glyphs.len() - tail]
            && tilde.is('~')
        {
            return self.fuzzy(word, &plain(&glyphs[glyphs.len() - tail..]), tilde.at);
        }
        let pieces = self.pieces(glyphs);
        Ok(match &*pieces {
            [Piece::Many] => ValueKind::Any,
            [Piece::Text(text)] => {
                if !self.named {
                    self.parser.check_searchable(text, self.span)?;
                }
                ValueKind::Word(text.clone())
            }
            _ => {
                self.parser.check_searchable(&plain(glyphs), self.span)?;
                match &*pieces {
                    [Piece::Text(text), Piece::Many] => ValueKind::Prefix(text.clone()),
                    _ => ValueKind::Wildcard(pieces),
                }
            }
        })
    }

    fn range(&self, glyphs: &[Glyph]) -> Result<Option<Range>> {
        let operator = [">=", ">", "<=", "<"]
            .into_iter()
            .find(|start| begins(glyphs, start));
        let dots = two_dots(glyphs);
        if operator.is_none() && dots.is_none() {
            return Ok(None);
        }
        if !glyphs.iter().any(|glyph| glyph.ch.is_alphanumeric()) && self.named {
            return Err(QueryError::new("the range has no bound", self.span)
                .hint("write it as from..to, >=from or <to, and * for any value"));
        }
        self.parser.check_searchable(&plain(glyphs), self.span)?;
        if !self.named {
            return Err(QueryError::new("a range needs a field", self.span).hint(
                "write it as in date:2024-01..2024-06, or \\ before a plain `.`, `<` or `>`",
            ));
        }
        let Some(operator) = operator else {
            let dots = dots.unwrap_or_default();
            let (from, to) = (&glyphs[..dots], &glyphs[dots + 2..]);
            return Ok(Some(match (from.is_empty(), to.is_empty()) {
                (false, false) => Range::Between(self.bound(from)?, self.bound(to)?),
                (false, true) => Range::AtLeast(self.bound(from)?),
                (true, _) => Range::AtMost(self.bound(to)?),
            }));
        };
        let bound = self.bound(&glyphs[operator.len()..])?;
        Ok(Some(match operator {
            ">=" => Range::AtLeast(bound),
            ">" => Range::Above(bound),
            "<=" => Range::AtMost(bound),
            _ => Range::Below(bound),
        }))
    }

    fn bound(&self, glyphs: &[Glyph]) -> Result<String> {
        let odd = glyphs
            .iter()
            .find(|glyph| ['*', '?', '~'].iter().any(|&ch| glyph.is(ch)));
        if let Some(odd) = odd {
            return Err(
                QueryError::new(format!("`{}` in a range", odd.ch), odd.at..odd.at + 1)
                    .hint("leave an end out to keep it open, as in 2024.. or ..2024"),
            );
        }
        if two_dots(glyphs).is_some() || ['<', '>', '='].iter().any(|&ch| glyphs[0].is(ch)) {
            return Err(QueryError::new("two operators in one range", self.span)
                .hint("write it as from..to, >=from or <to"));
        }
        Ok(plain(glyphs))
    }

    fn fuzzy(&self, word: &[Glyph], digits: &str, tilde: usize) -> Result<ValueKind> {
        let distance = match digits {
            "" | "1" => 1,
            "2" => 2,
            _ => {
                return Err(
                    QueryError::new("the distance is 1 or 2", tilde..self.span.end)
                        .hint("write it as in word~2"),
                );
            }
        };
        if let [Piece::Text(text)] = &*self.pieces(word) {
            self.parser.check_searchable(text, self.span)?;
            return Ok(ValueKind::Fuzzy {
                word: text.clone(),
                distance,
            });
        }
        Err(
            QueryError::new("`~` needs a word without wildcards before it", self.span)
                .hint("keep either the wildcard or `~`"),
        )
    }

    /// Cuts a word at its wildcards. The question mark of a question is none, and neither is that
    /// of an address.
    fn pieces(&self, glyphs: &[Glyph]) -> Vec<Piece> {
        let scheme = glyphs
            .iter()
            .take_while(|glyph| glyph.ch.is_ascii_alphanumeric())
            .count();
        let is_url = !self.named && begins(&glyphs[scheme..], "://");
        let asked = glyphs
            .iter()
            .rev()
            .take_while(|glyph| glyph.is('?'))
            .count();
        let stem = &glyphs[..glyphs.len() - asked];
        let is_question = !stem.iter().any(|glyph| glyph.is('?') || glyph.is('*'));
        let mut pieces = Vec::new();
        for (at, glyph) in glyphs.iter().enumerate() {
            let is_text = is_url || (is_question && at >= stem.len());
            match pieces.last_mut() {
                Some(Piece::Many) if glyph.is('*') => {}
                _ if glyph.is('*') => pieces.push(Piece::Many),
                _ if glyph.is('?') && !is_text => pieces.push(Piece::One),
                Some(Piece::Text(text)) => text.push(glyph.ch),
                _ => pieces.push(Piece::Text(glyph.ch.into())),
            }
        }
        pieces
    }
}

/// Where exactly two dots stand that no backslash makes plain.
fn two_dots(glyphs: &[Glyph]) -> Option<usize> {
    let mut at = 0;
    for run in glyphs.chunk_by(|a, b| a.is('.') == b.is('.')) {
        if run.len() == 2 && run[0].is('.') {
            return Some(at);
        }
        at += run.len();
    }
    None
}

fn begins(glyphs: &[Glyph], start: &str) -> bool {
    glyphs.len() >= start.len() && start.chars().zip(glyphs).all(|(ch, glyph)| glyph.is(ch))
}

fn plain(glyphs: &[Glyph]) -> String {
    glyphs.iter().map(|glyph| glyph.ch).collect()
}

fn role(name: &str) -> Option<Role> {
    // As the fields `by` and `to` are called too.
    let name = match name.to_ascii_lowercase().as_str() {
        "actor" => "by".to_owned(),
        "target" => "to".to_owned(),
        name => name.to_owned(),
    };
    Role::ALL.into_iter().find(|role| role.name() == name)
}

fn role_names() -> String {
    Role::ALL.map(Role::name).join(", ")
}

/// The only part, or all of them under one node.
fn combined(mut parts: Vec<Query>, span: Span, node: fn(Vec<Query>, Span) -> Query) -> Query {
    if parts.len() == 1 {
        parts.remove(0)
    } else {
        node(parts, span)
    }
}
