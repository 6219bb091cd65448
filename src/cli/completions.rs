//! `dateline completions`: a script that completes options, written from their definitions, and in
//! bash, zsh and fish what a query holds, asked of `dateline complete`.

use super::Status;
use super::args;
use clap_complete::Shell;
use std::io::Write;

/// Options whose values the index knows, for fish, which asks option by option.
const OPTIONS: &str = "country action by to at mode person org place outlet language topic since \
                       until facet group";

const BASH: &str = r#"
_dateline_values() {
    local found
    COMPREPLY=()
    while IFS= read -r found; do
        COMPREPLY+=("$found")
    done < <("$1" complete --line "${COMP_LINE:0:COMP_POINT}" --breaks "$COMP_WORDBREAKS" 2>/dev/null)
    if ((${#COMPREPLY[@]})); then
        # A query goes on.
        compopt -o nospace 2>/dev/null
    else
        _dateline "$@"
    fi
}
complete -F _dateline_values -o bashdefault -o default dateline
"#;

const ZSH: &str = r#"
_dateline() {
    local -a found shown
    local word about
    while IFS=$'\t' read -r word about; do
        found+=("$word")
        shown+=("${word}  ${about}")
    done < <("${(Q)words[1]}" complete -- "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)
    if (( $#found )); then
        # A query goes on.
        compadd -U -S '' -l -d shown -- "${found[@]}"
    else
        _dateline_options "$@"
    fi
}

if [ "$funcstack[1]" = "_dateline" ]; then
    _dateline "$@"
else
    compdef _dateline dateline
fi
"#;

const FISH: &str = r#"
function __dateline_values
    set -l words (commandline -opc)
    set -l current (commandline -ct | string replace -r '^[\'"]' '')
    $words[1] complete -- $words "$current" 2>/dev/null
end
complete -c dateline -n '__dateline_values | string length -q' -f -a '(__dateline_values)'
for option in OPTIONS
    complete -c dateline -l $option -x -a '(__dateline_values)'
end
"#;

/// Runs the command.
pub fn run(shell: Shell) -> anyhow::Result<Status> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::command(), "dateline", &mut script);
    let mut script = String::from_utf8(script)?;
    match shell {
        Shell::Bash => script += BASH,
        Shell::Zsh => {
            // The function that a shell loads by the name of the file asks for values first.
            script = script.replacen("_dateline() {", "_dateline_options() {", 1);
            let end = script
                .find("if [ \"$funcstack[1]\"")
                .unwrap_or(script.len());
            script.truncate(end);
            script += ZSH;
        }
        Shell::Fish => script += &FISH.replace("OPTIONS", OPTIONS),
        _ => {}
    }
    std::io::stdout().write_all(script.as_bytes())?;
    Ok(Status::Found)
}
