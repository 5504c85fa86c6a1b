//! Examples: what the help of each command and the manual page show.

/// What a command line is for, and the line, `heapdiff` included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Example(pub(crate) &'static str, pub(crate) &'static str);

/// Of the program as a whole.
pub(crate) const MAIN: &[Example] = &[
    Example("Compare three snapshots of one process", "heapdiff 1.heapsnapshot 2.heapsnapshot 3.heapsnapshot"),
    Example("Compare all snapshots in a folder", "heapdiff heaps/"),
    Example("Write a page for the browser", "heapdiff heaps/ -f html -o report.html"),
    Example("Fail a CI job if something leaks", "heapdiff check heaps/"),
    Example("See what became slower", "heapdiff before.cpuprofile after.cpuprofile"),
    Example("See what blocked the event loop", "heapdiff blocking app.cpuprofile"),
];

/// Of a command, by its name.
pub(crate) fn examples(command: &str) -> &'static [Example] {
    match command {
        "diff" => &[
            Example(
                "Compare three snapshots of one process",
                "heapdiff diff 1.heapsnapshot 2.heapsnapshot 3.heapsnapshot",
            ),
            Example(
                "Only timers, and only what grew by 64 KiB or more",
                "heapdiff diff heaps/ --kind timers --min-size 64KiB",
            ),
            Example("All evidence for one finding", "heapdiff diff heaps/ --explain 0123456789abcdef"),
            Example(
                "Three runs of each build",
                "heapdiff diff b1.cpuprofile b2.cpuprofile b3.cpuprofile --after after/*.cpuprofile",
            ),
        ],
        "check" => &[
            Example("Fail if something leaks", "heapdiff check before.heapsnapshot after.heapsnapshot"),
            Example("Write a configuration to start with", "heapdiff check --init"),
            Example(
                "A limit, and reports for CI",
                "heapdiff check heaps/ --max heap.total=200MiB --report junit=check.xml --report github",
            ),
            Example("Fail only on new leaks", "heapdiff check heaps/ --baseline .heapdiff/baseline.json"),
            Example("Fail if the event loop is blocked", "heapdiff check *.cpuprofile --max loop.longest-block=100ms"),
        ],
        "baseline" | "write" => &[
            Example("Record what is known", "heapdiff baseline write before.heapsnapshot after.heapsnapshot"),
            Example("Use it later", "heapdiff check heaps/ --baseline .heapdiff/baseline.json"),
        ],
        "noise" => &[
            Example(
                "Three snapshots of the same build",
                "heapdiff noise run1.heapsnapshot run2.heapsnapshot run3.heapsnapshot",
            ),
            Example("Profiles of several runs", "heapdiff noise runs/*.cpuprofile"),
        ],
        "summary" => &[
            Example("What a heap consists of", "heapdiff summary app.heapsnapshot"),
            Example("All classes", "heapdiff summary app.heapsnapshot --limit 0"),
            Example("Every node, for other programs", "heapdiff summary app.heapsnapshot --nodes -o nodes.jsonl"),
        ],
        "paths" => &[
            Example("Why sessions are alive", "heapdiff paths app.heapsnapshot Session"),
            Example("Why one object is alive", "heapdiff paths app.heapsnapshot @12345"),
        ],
        "show" => &[Example("One object by its id", "heapdiff show app.heapsnapshot @12345")],
        "dominators" => &[
            Example("From the root", "heapdiff dominators app.heapsnapshot"),
            Example("Below one object, five levels", "heapdiff dominators app.heapsnapshot @12345 --depth 5"),
        ],
        "strings" => &[Example("The 50 most wasteful strings", "heapdiff strings app.heapsnapshot --limit 50")],
        "top" => &[
            Example("Where the time goes", "heapdiff top app.cpuprofile"),
            Example("By package", "heapdiff top app.cpuprofile --by package"),
            Example("Your own code only, by total time", "heapdiff top app.cpuprofile --mine --sort total"),
        ],
        "tree" => &[
            Example("From the entry points down", "heapdiff tree app.cpuprofile"),
            Example("Only stacks through a function", "heapdiff tree app.cpuprofile --focus handleRequest"),
        ],
        "callers" => &[
            Example("Callers of the most expensive functions", "heapdiff callers app.cpuprofile"),
            Example("Callers of one function", "heapdiff callers app.cpuprofile --function '^stringify$'"),
        ],
        "flame" => &[
            Example("Draw app.svg", "heapdiff flame app.cpuprofile"),
            Example("In order of time", "heapdiff flame app.cpuprofile --chart"),
            Example("Where memory goes", "heapdiff flame app.heapsnapshot"),
            Example("What became slower", "heapdiff flame --diff before.cpuprofile after.cpuprofile -o diff.svg"),
            Example("For speedscope", "heapdiff flame app.cpuprofile -f speedscope"),
        ],
        "blocking" => &[
            Example("What blocked the event loop", "heapdiff blocking app.cpuprofile"),
            Example("Only blocks of 50 ms or more", "heapdiff blocking app.cpuprofile --min-ms 50"),
        ],
        "completions" => &[
            Example("bash", "heapdiff completions bash -o ~/.local/share/bash-completion/completions/heapdiff"),
            Example("fish", "heapdiff completions fish -o ~/.config/fish/completions/heapdiff.fish"),
            Example("zsh, in a folder of $fpath", "heapdiff completions zsh -o ~/.zfunc/_heapdiff"),
        ],
        "man" => &[Example("Install the page", "heapdiff man -o ~/.local/share/man/man1/heapdiff.1")],
        "help" => &[Example("Help for one command", "heapdiff help flame")],
        _ => MAIN,
    }
}
