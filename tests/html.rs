//! The HTML report as text: complete, the same every time, bounded, and without anything that a browser would load or run
//! but its own style and script. `tests/browser` looks at it in a browser.

mod common;

use assert_cmd::cargo::cargo_bin_cmd;
use common::dsl::snapshot;
use common::file::Layout;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Output;

const EVENTS: [&str; 3] = [
    "fixtures/leaks/node20-events/1.heapsnapshot.zst",
    "fixtures/leaks/node20-events/2.heapsnapshot.zst",
    "fixtures/leaks/node20-events/3.heapsnapshot.zst",
];

fn run(args: &[&str]) -> Output {
    let mut command = cargo_bin_cmd!("heapdiff");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(args).output().unwrap()
}

#[track_caller]
fn html(args: &[&str]) -> String {
    let output = run(&[args, &["--format", "html"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn text(args: &[&str]) -> String {
    String::from_utf8(run(args).stdout).unwrap()
}

/// A file of a snapshot in the notation of `common/dsl.rs`, with some of its strings replaced.
fn file(folder: &Path, name: &str, graph: &str, replaced: &[(&str, &str)]) -> String {
    let (mut snapshot, _) = snapshot(graph);
    for (from, to) in replaced {
        snapshot.strings.iter_mut().filter(|s| s == from).for_each(|s| *s = (*to).to_owned());
    }
    let path = folder.join(name);
    std::fs::write(&path, snapshot.bytes(&Layout::default())).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn it_says_what_the_text_says() {
    let page = html(&EVENTS).replace("&#39;", "'").replace("&#38;", "&").replace("&#62;", ">");
    let printed = text(&EVENTS);
    let (headline, findings) = printed.split_once('\n').unwrap();
    assert!(page.contains(&format!("<h1>{headline}</h1>")), "{headline}");
    let mut count = 0;
    for line in findings.lines().take_while(|line| !line.is_empty()) {
        // What text cuts off, the page has.
        let line = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').trim_start();
        let (_, said) = line.split_once(": ").unwrap_or(("", line));
        if said.starts_with('…') || line.contains(" · ") || line.starts_with("same cause") {
            continue;
        }
        assert!(page.contains(said), "{said}");
        count += 1;
    }
    assert!(count > 40, "{count}");
    assert_eq!(page.matches("<article ").count(), 12, "all leaks of the headline, though text shows ten");
}

#[test]
fn nothing_is_loaded_and_the_same_input_gives_the_same_bytes() {
    let page = html(&EVENTS);
    for word in ["http:", "https:", "src=", "url(", "@import", "<link", "<base", "<form", " style=", " onclick="] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("default-src 'none'; style-src 'sha256-") && !page.contains("unsafe-"));
    let mut command = cargo_bin_cmd!("heapdiff");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(EVENTS).args(["-f", "html"]);
    let single = command.env("RAYON_NUM_THREADS", "1").output().unwrap();
    assert_eq!(String::from_utf8(single.stdout).unwrap(), page);
}

#[test]
fn lines_need_three_snapshots_and_bars_two() {
    let lines = |page: &str| page.matches(r#"<figure class="chart">"#).count();
    let bars = |page: &str| page.matches(r#"<figure class="chart populations">"#).count();
    let [three, two] = [html(&EVENTS), html(&EVENTS[1..])];
    assert!(lines(&three) > 10 && bars(&three) > 10, "{} and {}", lines(&three), bars(&three));
    assert!(lines(&two) == 0 && bars(&two) > 10, "{} and {}", lines(&two), bars(&two));
}

#[test]
fn limits_hold_and_are_said() {
    let page = html(&[&EVENTS[..], &["--limit", "2"]].concat());
    assert_eq!(page.matches("<article ").count(), 2);
    assert!(page.contains("… and 10 more findings"), "of findings");
    assert!(page.contains("more classes; <code>--limit 0</code>"), "of classes");

    // Thousands of classes with long names, and a path of thousands of hops.
    let folder = tempfile::tempdir().unwrap();
    let graph = |leaked: usize| {
        let mut graph = "root -shortcut 1-> global:8; global -h0-> h0:8".to_owned();
        for hop in 1..3000 {
            let _ = write!(graph, "; h{} -p{hop}-> h{hop}:8", hop - 1);
        }
        for at in 0..leaked {
            let long = "n".repeat(500);
            let _ = write!(graph, "; global -[{at}]-> C{at}(C{at}{long}):64; h2999 -[{at}]-> o{at}(Leaked):64");
        }
        graph
    };
    let [before, after] = [("1", 0), ("2", 3000)].map(|(name, n)| file(folder.path(), name, &graph(n), &[]));
    let page = html(&[&before, &after]);
    assert!(page.len() < 400_000, "{} bytes", page.len());
    assert!(page.contains("more classes") && page.contains("edges left out"));
}

#[test]
fn an_explanation_is_unfolded_and_alone() {
    let printed = text(&EVENTS);
    let fingerprint =
        printed.lines().find(|line| line.contains(" · ")).and_then(|line| line.rsplit(' ').next()).unwrap();
    let page = html(&[&EVENTS[..], &["--explain", fingerprint]].concat());
    assert_eq!(page.matches("<article ").count(), 1);
    assert!(page.contains(fingerprint) && page.contains("<details open>") && !page.contains("<table"));
    // The same in figures.
    let explained = text(&[&EVENTS[..], &["--explain", fingerprint]].concat());
    let head = "  snapshot    objects  came  went  elders  elders gone";
    assert!(explained.contains(head), "{explained}");
    let markdown = text(&[&EVENTS[..], &["--explain", fingerprint, "-f", "markdown"]].concat());
    assert!(markdown.contains("| snapshot | objects | came | went | elders | elders gone | bytes |"), "{markdown}");
    assert!(!text(&EVENTS).contains("elders gone"), "only if one finding is asked for");
}

#[test]
fn files_in_the_wrong_order_are_warned_about() {
    let swapped = ["fixtures/node24/after.heapsnapshot.zst", "fixtures/node24/before.heapsnapshot.zst"];
    assert!(html(&swapped).contains("<strong>Warning:</strong> the files were given in the wrong order"));
}

#[test]
fn markup_in_names_stays_text() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = "</script><img src=x onerror=\"alert('1')\">\u{202e}\0";
    let graph = |leaked: usize| {
        let objects = (0..leaked).map(|at| format!("; Holder -[{at}]-> o{at}(CLASS):64"));
        format!("root -shortcut 1-> global:8; global -KEY-> Holder(CLASS):16{}", objects.collect::<String>())
    };
    let replaced = [("CLASS", hostile), ("KEY", hostile)];
    let files =
        [("a<b>.heapsnapshot", 0), ("2", 40), ("3", 80)].map(|(n, c)| file(folder.path(), n, &graph(c), &replaced));
    let page = html(&files.each_ref().map(String::as_str));
    assert_eq!(page.matches("</script>").count(), 1);
    assert_eq!(page.matches("<img").count(), 0);
    assert!(page.contains("&#60;/script&#62;&#60;img") && page.contains("a&#60;b&#62;.heapsnapshot"));
    assert!(!page.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "control characters are visible");
}

#[test]
fn blocking_and_comparisons_of_profiles_are_pages() {
    let [before, after] = ["fixtures/profiles/node20.cpuprofile.zst", "fixtures/profiles/node24.cpuprofile.zst"];
    let page = html(&["blocking", after]);
    let printed = text(&["blocking", after]);
    let unescaped = page.replace("&#39;", "'").replace("&#62;", ">");
    // What stands between backticks in text is code in the page.
    let unescaped = unescaped.replace("<code>", "`").replace("</code>", "`");
    for line in printed.lines().filter_map(|line| line.trim().strip_prefix("fix: ")) {
        assert!(unescaped.contains(line), "{line}");
    }
    assert!(page.contains(&format!("<h1>{}</h1>", printed.lines().next().unwrap())));
    assert!(page.contains("class=\"boxes\"") && page.contains("<code>heapdiff flame "));
    let page = html(&[before, after]);
    assert_eq!(page.matches(" data-sortable>").count(), 2, "functions and packages");
    assert!(page.contains(&format!("heapdiff flame --diff {before} {after}")));
    assert_eq!(page, html(&[before, after]), "the same every time");
}

#[test]
fn a_flamegraph_goes_with_pages_only_and_is_that_of_the_command() {
    let page = html(&EVENTS);
    assert_eq!(page.matches("class=\"boxes\"").count(), 1);
    assert!(page.len() < 1_000_000, "{}", page.len());
    assert!(page.contains(&format!("<code>heapdiff flame --diff {} {}</code>", EVENTS[0], EVENTS[2])));
    let output = run(&["flame", "--diff", EVENTS[0], EVENTS[2], "--min-width", "0.3", "-o", "-"]);
    let svg = String::from_utf8(output.stdout).unwrap();
    let boxes = &page[page.find("class=\"boxes\"").unwrap()..];
    let alike = |text: String| {
        text.replace("&#40;", "(")
            .replace("&#41;", ")")
            .replace("&#38;", "&amp;")
            .replace("&#60;", "&lt;")
            .replace("&#62;", "&gt;")
    };
    let titles = boxes.split("<title>").skip(2).filter_map(|rest| Some(rest.split_once("</title>")?.0));
    // With more room the command draws apart what the page has together.
    let titles: Vec<String> = titles.filter(|title| !title.starts_with('…')).map(|t| alike(t.to_owned())).collect();
    assert!(titles.len() > 50, "{}", titles.len());
    for title in titles {
        assert!(svg.contains(&format!("<title>{title}</title>")), "{title}");
    }
}

#[test]
fn reports_without_a_page_of_their_own_have_a_plain_one() {
    let tiny = "fixtures/tiny.heapsnapshot";
    let commands: [&[&str]; 7] = [
        &["summary", tiny],
        &["strings", "fixtures/node24/after.heapsnapshot.zst"],
        &["dominators", tiny],
        &["paths", tiny, "@11"],
        &["show", tiny, "@11"],
        &["top", "tests/data/calls.cpuprofile"],
        &["tree", "tests/data/calls.cpuprofile"],
    ];
    for arguments in commands {
        let page = html(arguments);
        // The snapshot has texts that would end the script.
        assert_eq!((page.matches("<h1>").count(), page.matches("</script>").count()), (1, 1), "{arguments:?}");
        assert!(page.contains("<section id=\"part-1\""), "{arguments:?}");
    }
    let page = html(&["summary", tiny]);
    assert!(page.contains("<h1>fixtures/tiny.heapsnapshot</h1>") && page.contains(">Classes, by retained size</h2>"));
    assert!(page.contains("<td class=\"number\">264 B</td>") && page.contains("<td>Function</td>"));
}

#[test]
fn markup_in_names_of_functions_stays_text() {
    let folder = tempfile::tempdir().unwrap();
    let frame = r#"{"functionName":"</svg></script><img src=x onerror=alert(1)>","scriptId":"7","url":"/<b>'\".js","lineNumber":1,"columnNumber":1}"#;
    let profile = |deltas: &str| {
        format!(
            r#"{{"nodes":[{{"id":1,"callFrame":{{"functionName":"(root)","scriptId":"0","url":""}},"children":[2,3]}},
            {{"id":2,"callFrame":{frame}}},{{"id":3,"callFrame":{{"functionName":"(idle)","scriptId":"0","url":""}}}}],
            "startTime":0,"endTime":900000,"samples":[3,2,3,2,3],"timeDeltas":[{deltas}]}}"#
        )
    };
    let files = [("a<i>.cpuprofile", "0,1000,200000,1000,300000"), ("b.cpuprofile", "0,1000,400000,1000,300000")];
    let files = files.map(|(name, deltas)| {
        let path = folder.path().join(name);
        std::fs::write(&path, profile(deltas)).unwrap();
        path.to_str().unwrap().to_owned()
    });
    let [before, after] = files.each_ref().map(String::as_str);
    let checked = ["check", before, "--max", "loop.longest-block=1ms"];
    for arguments in [&[before, after][..], &["blocking", before], &checked] {
        let page = html(arguments);
        assert_eq!(page.matches("</script>").count(), 1, "{arguments:?}");
        for word in ["<img", "<b>", "<i>"] {
            assert!(!page.contains(word), "{word} {arguments:?}");
        }
        assert!(page.contains("class=\"boxes\"") && page.contains("&#60;img src=x"), "{arguments:?}");
    }
}
