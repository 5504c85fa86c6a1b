//! Completions for fish and zsh: the scripts of `clap_complete`, patched so that the first argument can be a command or
//! a file. The generator expects either files or commands.

use clap::Command;

/// Also offers the options of the comparison and the values of arguments after files: everywhere except after a
/// command.
pub(super) fn fish(script: &str, main: &Command) -> String {
    let names: Vec<&str> = main.get_subcommands().flat_map(Command::get_name_and_visible_aliases).collect();
    let other = format!("not __fish_heapdiff_using_subcommand {}", names.join(" "));
    let begin = "complete -c heapdiff -n \"__fish_heapdiff_needs_command\" ";
    let lines = script.split_inclusive('\n').map(|line| match line.strip_prefix(begin) {
        Some(rest) if !rest.starts_with("-a ") => format!("complete -c heapdiff -n \"{other}\" {rest}"),
        _ => line.to_owned(),
    });
    let positional = main.get_subcommands().filter_map(|sub| {
        let first = sub.get_positionals().next()?;
        let values: Vec<String> =
            first.get_value_parser().possible_values()?.map(|value| value.get_name().to_owned()).collect();
        let (name, values) = (sub.get_name(), values.join(" "));
        Some(format!("complete -c heapdiff -n \"__fish_heapdiff_using_subcommand {name}\" -f -a \"{values}\"\n"))
    });
    lines.chain(positional).collect()
}

/// Lets the first argument be a command or a file. After a file, files and options of the comparison are offered.
pub(super) fn zsh(script: &str) -> String {
    let own = between(script, "\n    _arguments", "\n'::files").unwrap_or_default();
    let positional = between(script, "\n'::files", "\n\"*:::").unwrap_or_default();
    let first = "\n\": :_heapdiff_first\" \\";
    let other = format!(
        "        case $line[1] in\n            ({})\n_arguments{} \\\n'*:file:_files' \\\n&& ret=0\n;;\n",
        "*.*|*/*|-",
        own.trim_end_matches('\\').trim_end(),
    );
    let script = script.replacen(&format!("\n'::files{positional}"), first, 1);
    let script =
        script.replacen("words=($line[2]", "words=($line[1]", 1).replacen("command-$line[2]:", "command-$line[1]:", 1);
    let script = script.replacen("        case $line[2] in\n", &other, 1);
    let first =
        "_heapdiff_first() {\n    _alternative 'commands:command:_heapdiff_commands' 'files:file:_files'\n}\n\n";
    script.replacen(
        "(( $+functions[_heapdiff_commands] ))",
        &format!("{first}(( $+functions[_heapdiff_commands] ))"),
        1,
    )
}

/// The text between two others.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    let from = text.find(begin)? + begin.len();
    let to = from + text[from..].find(end)?;
    Some(&text[from..to])
}
