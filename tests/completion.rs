//! Completion as a user meets it: keys are typed into a real shell, with the script that
//! `dateline completions` prints. A shell that is not there is skipped.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use tempfile::TempDir;

/// The sample corpus, indexed once; tests only read it.
static SAMPLE: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args(["index", concat!(env!("CARGO_MANIFEST_DIR"), "/corpus")])
        .current_dir(folder.path())
        .output()
        .expect("the command starts");
    assert!(output.status.success(), "{output:?}");
    folder
});

fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_dateline"))
}

/// A shell in the sample's folder that finds the command.
fn shell(name: &str, arguments: &[&str]) -> Command {
    let mut folders: Vec<PathBuf> = vec![binary().parent().expect("a folder").into()];
    folders.extend(std::env::split_paths(
        &std::env::var_os("PATH").unwrap_or_default(),
    ));
    let mut command = Command::new(name);
    command
        .args(arguments)
        .current_dir(SAMPLE.path())
        .env("PATH", std::env::join_paths(folders).expect("paths"))
        .env("HOME", SAMPLE.path())
        .env("TERM", "dumb")
        .env_remove("DATELINE_INDEX")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Whether a shell is there; says so when it is not.
fn has(name: &str) -> bool {
    let found = Command::new(name).args(["-c", "exit 0"]).output().is_ok();
    if !found {
        eprintln!("skipped: there is no {name}");
    }
    found
}

/// Types keys into an interactive bash, which reads them as from a terminal.
fn type_in_bash(keys: &str) -> Output {
    let mut bash = shell("bash", &["--norc", "--noprofile", "-i"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("bash starts");
    let mut stdin = bash.stdin.take().expect("standard input");
    write!(stdin, "source <(dateline completions bash)\n{keys}").expect("keys are typed");
    drop(stdin);
    bash.wait_with_output().expect("bash ends")
}

#[test]
fn a_line_that_bash_completes_does_what_it_says() {
    if !has("bash") {
        return;
    }
    // The line that is run is the completed one: an open quote would make it none.
    for (keys, line) in [
        (
            "dateline search 'country:Col\t -n 1\n",
            "search 'country:Colombia' -n 1",
        ),
        (
            "dateline search country:Col\t -n 1\n",
            "search country:Colombia -n 1",
        ),
        (
            "dateline search \"country:\\\"United K\t\" -n 1\n",
            "search \"country:\\\"United Kingdom\\\"\" -n 1",
        ),
        (
            "dateline count --country United\\ K\t\n",
            "count --country United\\ Kingdom",
        ),
        (
            "dateline search 'cou\tCol\t -n 1\n",
            "search 'country:\"Colombia\"' -n 1",
        ),
        (
            "dateline search 'event(by:Norw\t)' -n 1\n",
            "search 'event(by:Norway)' -n 1",
        ),
        ("dateline count --gro\tout\t\n", "count --group outlet"),
        ("dateline sea\tcountry:CO -n 1\n", "search country:CO -n 1"),
    ] {
        let output = type_in_bash(keys);
        // Bash rings where there are several ways to go on.
        let typed = String::from_utf8_lossy(&output.stderr).replace('\u{7}', "");
        assert!(typed.contains(line), "{keys:?} gives no {line}: {typed}");
    }
    let output = type_in_bash("dateline search 'country:Col\t --format csv\n");
    let rows = String::from_utf8_lossy(&output.stdout);
    assert!(
        rows.starts_with("rank,") && rows.lines().count() > 1,
        "{output:?}"
    );
}

#[test]
fn fish_is_given_values_with_what_they_mean() {
    if !has("fish") {
        return;
    }
    let script = "dateline completions fish | source; complete -C \"dateline search 'country:Col\"";
    let output = shell("fish", &["--no-config", "-c", script])
        .output()
        .expect("fish runs");
    let found = String::from_utf8_lossy(&output.stdout);
    assert!(
        found.contains("country:Colombia") && found.contains("CO, 2 articles"),
        "{output:?}"
    );
}

#[test]
fn zsh_understands_its_script() {
    if !has("zsh") {
        return;
    }
    let script = "autoload -U compinit && compinit -u && source <(dateline completions zsh) && whence _dateline _dateline_options";
    let output = shell("zsh", &["-f", "-c", script])
        .output()
        .expect("zsh runs");
    let found = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && found.contains("_dateline_options"),
        "{output:?}"
    );
}

#[test]
fn nothing_is_printed_into_a_prompt() {
    for words in [
        &["--", "dateline", "search", "country:C", "-i"][..],
        &["--line", "'"],
        &[],
    ] {
        let output = Command::new(binary())
            .arg("complete")
            .args(words)
            .current_dir(SAMPLE.path().parent().expect("a folder"))
            .output()
            .expect("the command starts");
        assert!(
            output.stderr.is_empty() && output.stdout.is_empty(),
            "{output:?}"
        );
        assert_eq!(output.status.code(), Some(1));
    }
}
