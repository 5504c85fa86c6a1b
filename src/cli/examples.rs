//! Examples for the help of each command and the manual page.

/// What a command line is for, and the whole command line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Example(pub(crate) &'static str, pub(crate) &'static str);

/// Examples for the program as a whole.
pub(crate) const MAIN: &[Example] = &[
    Example("Compare three snapshots of one process", "heapdiff 1.heapsnapshot 2.heapsnapshot 3.heapsnapshot"),
    Example("Compare all snapshots in a folder", "heapdiff heaps/"),
    Example("Write an HTML report", "heapdiff heaps/ -f html -o report.html"),
    Example("Fail a CI job if something leaks", "heapdiff check heaps/"),
    Example("Show what got slower", "heapdiff before.cpuprofile after.cpuprofile"),
    Example("Show what blocked the event loop", "heapdiff blocking app.cpuprofile"),
];

/// Examples for a command.
pub(crate) fn examples(command: &str) -> &'static [Example] {
    match command {
        "diff" => &[
            Example(
                "Compare three snapshots of one process",
                "heapdiff diff 1.heapsnapshot 2.heapsnapshot 3.heapsnapshot",
            ),
            Example(
                "Only show timers that grew by 64 KiB or more",
                "heapdiff diff heaps/ --kind timers --min-size 64KiB",
            ),
            Example("Show all evidence for one finding", "heapdiff diff heaps/ --explain 0123456789abcdef"),
            Example(
                "Compare three runs of each build",
                "heapdiff diff b1.cpuprofile b2.cpuprofile b3.cpuprofile --after after/*.cpuprofile",
            ),
        ],
        "check" => &[
            Example("Fail if something leaks", "heapdiff check before.heapsnapshot after.heapsnapshot"),
            Example("Write a configuration with comments", "heapdiff check --init"),
            Example(
                "Set a limit, and write reports for CI",
                "heapdiff check heaps/ --max heap.total=200MiB --report junit=check.xml --report github",
            ),
            Example("Fail only on new leaks", "heapdiff check heaps/ --baseline .heapdiff/baseline.json"),
            Example("Fail if the event loop is blocked", "heapdiff check *.cpuprofile --max loop.longest-block=100ms"),
        ],
        "baseline" | "write" => &[
            Example("Record the known leaks", "heapdiff baseline write before.heapsnapshot after.heapsnapshot"),
            Example("Use the baseline", "heapdiff check heaps/ --baseline .heapdiff/baseline.json"),
        ],
        "noise" => &[
            Example(
                "Compare three snapshots of the same build",
                "heapdiff noise run1.heapsnapshot run2.heapsnapshot run3.heapsnapshot",
            ),
            Example("Compare profiles of several runs", "heapdiff noise runs/*.cpuprofile"),
        ],
        "summary" => &[
            Example("Show what is in the heap", "heapdiff summary app.heapsnapshot"),
            Example("List all classes", "heapdiff summary app.heapsnapshot --limit 0"),
            Example("Export every node for other programs", "heapdiff summary app.heapsnapshot --nodes -o nodes.jsonl"),
        ],
        "paths" => &[
            Example("Show why sessions are alive", "heapdiff paths app.heapsnapshot Session"),
            Example("Show why one object is alive", "heapdiff paths app.heapsnapshot @12345"),
        ],
        "show" => &[Example("Show an object by its id", "heapdiff show app.heapsnapshot @12345")],
        "dominators" => &[
            Example("Start at the root", "heapdiff dominators app.heapsnapshot"),
            Example("Show five levels below one object", "heapdiff dominators app.heapsnapshot @12345 --depth 5"),
        ],
        "strings" => &[Example("List the 50 most wasteful strings", "heapdiff strings app.heapsnapshot --limit 50")],
        "top" => &[
            Example("Show where the time goes", "heapdiff top app.cpuprofile"),
            Example("Show the hot lines of each function", "heapdiff top app.cpuprofile --lines"),
            Example("Group by package", "heapdiff top app.cpuprofile --by package"),
            Example("Only show your own code, by total time", "heapdiff top app.cpuprofile --mine --sort total"),
        ],
        "tree" => &[
            Example("Show the call tree", "heapdiff tree app.cpuprofile"),
            Example("Only show stacks through one function", "heapdiff tree app.cpuprofile --focus handleRequest"),
        ],
        "callers" => &[
            Example("Show the callers of the most expensive functions", "heapdiff callers app.cpuprofile"),
            Example("Show the callers of one function", "heapdiff callers app.cpuprofile --function '^stringify$'"),
        ],
        "flame" => &[
            Example("Draw app.svg", "heapdiff flame app.cpuprofile"),
            Example("Draw calls in time order", "heapdiff flame app.cpuprofile --chart"),
            Example("Draw where memory goes", "heapdiff flame app.heapsnapshot"),
            Example("Draw what got slower", "heapdiff flame --diff before.cpuprofile after.cpuprofile -o diff.svg"),
            Example("Export to speedscope", "heapdiff flame app.cpuprofile -f speedscope"),
        ],
        "blocking" => &[
            Example("List what blocked the event loop", "heapdiff blocking app.cpuprofile"),
            Example("Only list blocks of 50 ms or more", "heapdiff blocking app.cpuprofile --min-ms 50"),
        ],
        "completions" => &[
            Example(
                "Install for bash",
                "heapdiff completions bash -o ~/.local/share/bash-completion/completions/heapdiff",
            ),
            Example("Install for fish", "heapdiff completions fish -o ~/.config/fish/completions/heapdiff.fish"),
            Example("Install for zsh (the folder must be in $fpath)", "heapdiff completions zsh -o ~/.zfunc/_heapdiff"),
        ],
        "man" => &[Example("Install the manual page", "heapdiff man -o ~/.local/share/man/man1/heapdiff.1")],
        "help" => &[Example("Show help for one command", "heapdiff help flame")],
        _ => MAIN,
    }
}
