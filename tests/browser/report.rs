//! The HTML report: it opens without a complaint, sorts, filters, unfolds and copies, can be read in the dark, on a phone, by
//! keyboard and without its script, and no name from a file becomes more than text.

use crate::common::browser::{Browser, Viewport};
use crate::common::dsl::snapshot;
use crate::common::file::Layout;
use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const EVENTS: [&str; 3] = [
    "fixtures/leaks/node20-events/1.heapsnapshot.zst",
    "fixtures/leaks/node20-events/2.heapsnapshot.zst",
    "fixtures/leaks/node20-events/3.heapsnapshot.zst",
];

/// Class names of the rows that are shown, in their order.
const SHOWN: &str =
    "[...document.querySelectorAll('#class-table tbody tr:not([hidden]) th code')].map(e => e.textContent)";

/// A report of some files, in a folder that is removed with the value.
struct Report {
    _folder: TempDir,
    path: PathBuf,
}

fn report(files: &[&str]) -> Report {
    report_with_code(files, 0)
}

fn report_with_code(arguments: &[&str], code: i32) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.html");
    let mut command = cargo_bin_cmd!("heapdiff");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).args(["--format", "html", "-o"]).arg(&path);
    command.assert().code(code);
    let size = std::fs::metadata(&path).unwrap().len();
    assert!(size < 1_500_000, "{size} bytes");
    Report { _folder: folder, path }
}

/// The boxes that are shown, as [text, left, width] in whole pixels.
const BOXES: &str = "[...document.querySelectorAll('#flame .boxes > svg:not(.out)')].map(e => {
    const rect = e.querySelector('rect').getBoundingClientRect();
    return [e.querySelector('title').textContent, Math.round(rect.left), Math.round(rect.width)];
})";

/// Looks at a page in every way, with its flamegraph in the middle of the screenshots.
#[track_caller]
fn look(browser: &Browser, report: &Report, name: &str) {
    for (viewport, of) in [(Viewport::DESKTOP, "desktop"), (Viewport::PHONE, "phone")] {
        browser.set_viewport(viewport);
        for (is_dark, by) in [(false, "light"), (true, "dark")] {
            browser.set_dark(is_dark);
            browser.open(&report.path);
            let name = format!("{name}-{of}-{by}");
            check(browser, &name);
            browser.screenshot(&name);
            scroll_to(browser, "#flame");
            browser.screenshot(&format!("{name}-flame"));
        }
    }
    browser.set_dark(false);
    browser.set_viewport(Viewport::DESKTOP);
    browser.open(&report.path);
}

#[test]
fn a_check_is_a_page_with_a_flamegraph() {
    let Some(browser) = Browser::start() else { return };
    let report = report_with_code(&[&["check"][..], &EVENTS].concat(), 1);
    look(&browser, &report, "check");
    let failed = browser.eval("return document.querySelectorAll('#rules .finding.leak').length");
    assert!(failed.as_u64() > Some(0), "{failed}");
    browser.click("#findings article summary");
    assert_eq!(browser.eval("return document.querySelectorAll('#findings details[open]').length"), json!(1));
    browser.type_text("#class-filter", "timeout");
    assert!(browser.eval(&format!("return {SHOWN}.length")).as_u64() < Some(10));
    check(&browser, "the check, unfolded and filtered");
}

#[test]
fn a_box_is_enlarged_by_mouse_and_keyboard_and_a_search_marks_boxes() {
    let Some(browser) = Browser::start() else { return };
    let report = report(&EVENTS);
    browser.open(&report.path);
    let boxes = || browser.eval(&format!("return {BOXES}")).as_array().unwrap().clone();
    let all = boxes();
    assert!(all.len() > 50, "{}", all.len());
    assert!(all.iter().all(|of| of[2].as_u64() > Some(0)), "all are drawn");
    let width = all[0][2].as_u64();
    assert!(all[1][2].as_u64() < width);
    browser.click("#flame .boxes > svg:nth-of-type(2) > rect");
    let enlarged = boxes();
    assert_eq!((enlarged[1][0].clone(), enlarged[1][2].as_u64()), (all[1][0].clone(), width));
    assert!(enlarged.len() < all.len());
    assert_eq!(browser.eval("return document.querySelector('#flame .told').textContent"), all[1][0]);
    browser.screenshot("flame-enlarged");
    browser.press(Browser::ESCAPE);
    assert_eq!(boxes(), all, "as before");

    browser.press('\u{E015}');
    browser.press('\u{E014}');
    let told = browser.eval("return document.getElementById('status').textContent");
    assert!(all.iter().any(|of| of[0] == told && of[0] != all[0][0]), "{told}");
    browser.press(Browser::ENTER);
    assert!(boxes().len() < all.len());
    browser.click("#flame .tools button");
    assert_eq!(boxes(), all);

    browser.type_text("#flame-search", "pass");
    let found = browser.eval("return [...document.querySelectorAll('#flame .found title')].map(e => e.textContent)");
    let found = found.as_array().unwrap();
    assert!(
        !found.is_empty() && found.iter().all(|t| t.as_str().unwrap().to_lowercase().contains("pass")),
        "{found:?}"
    );
    let said = browser.eval("return document.querySelector('#flame output').textContent");
    assert!(said.as_str().unwrap().starts_with(&format!("{} boxes, ", found.len())), "{said}");
    check(&browser, "a flamegraph that was searched");
}

#[test]
fn profiles_have_pages_too() {
    let Some(browser) = Browser::start() else { return };
    let [before, after] = ["fixtures/profiles/node20.cpuprofile.zst", "fixtures/profiles/node24.cpuprofile.zst"];
    let pages: [(&str, &[&str], i32); 4] = [
        ("blocking", &["blocking", after], 0),
        ("profile-diff", &[before, after], 0),
        ("check-profile", &["check", after, "--max", "loop.longest-block=1ms"], 0),
        (
            "allocations-diff",
            &["fixtures/profiles/node20.heapprofile.zst", "fixtures/profiles/node24.heapprofile.zst"],
            0,
        ),
    ];
    for (name, arguments, code) in pages {
        let report = report_with_code(arguments, code);
        look(&browser, &report, name);
        let count = browser.eval(&format!("return {BOXES}.length"));
        assert!(count.as_u64() > Some(10), "{name}: {count} boxes");
        if browser.eval("return document.querySelector('table[data-sortable]') !== null") == json!(true) {
            browser.click("table[data-sortable] th:nth-child(2) button");
            let values = "[...document.querySelector('table[data-sortable]').tBodies[0].rows].map(r => Number(r.cells[1].dataset.value))";
            let is_sorted =
                format!("const v = {values}; return v.length > 0 && v.every((x, i) => !i || v[i - 1] >= x)");
            assert_eq!(browser.eval(&is_sorted), json!(true), "{name}");
        }
        check(&browser, name);
    }
}

/// What is wrong with a page for those who do not see it, or not well. Gives a list of complaints.
const AUDIT: &str = r#"
const found = [];
const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) found.push(`two elements are ${id}`);
for (const name of ["aria-labelledby", "for"])
  for (const e of document.querySelectorAll(`[${name}]`))
    for (const id of e.getAttribute(name).split(" "))
      if (!document.getElementById(id)) found.push(`${name} names ${id}, which is not there`);
for (const a of document.querySelectorAll("a[href^='#']"))
  if (!document.querySelector(a.getAttribute("href"))) found.push(`a link to ${a.hash} leads nowhere`);
for (const tag of ["header", "nav", "main", "footer", "h1"])
  if (document.querySelectorAll(tag).length !== 1) found.push(`not one ${tag}`);
let level = 0;
for (const h of document.querySelectorAll("h1,h2,h3,h4,h5,h6")) {
  if (h.tagName[1] - level > 1) found.push(`${h.tagName} below H${level}: ${h.textContent}`);
  level = Number(h.tagName[1]);
}
for (const e of document.querySelectorAll("input,select"))
  if (!e.labels.length) found.push(`no label: ${e.id}`);
for (const e of document.querySelectorAll("button,summary,a"))
  if (!(e.getAttribute("aria-label") || e.textContent).trim()) found.push(`no name: ${e.outerHTML}`);
for (const e of document.querySelectorAll("table"))
  if (!e.caption || e.querySelector("th:not([scope])")) found.push(`no caption or scope: ${e.outerHTML.slice(0, 99)}`);
// Contrast by WCAG 2: 4.5 for text.
const rgb = text => text.match(/[\d.]+/g).map(Number);
const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255)
  .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
const background = e => {
  const box = e.closest(".boxes > svg");
  if (box) return rgb(getComputedStyle(box.querySelector("rect")).fill);
  for (; e; e = e.parentElement) {
    const color = rgb(getComputedStyle(e).backgroundColor);
    if (color.length === 3 || color[3] > 0) return color;
  }
};
const poor = new Set();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const e = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !e.getClientRects().length) continue;
  const color = e.closest("svg") ? getComputedStyle(e).fill : getComputedStyle(e).color;
  const [a, b] = [luminance(rgb(color)), luminance(background(e))].sort((a, b) => b - a);
  if ((a + 0.05) / (b + 0.05) < 4.5) poor.add(`${e.tagName}.${e.className} ${color} on ${background(e)}`);
}
return found.concat([...poor]);
"#;

#[track_caller]
fn check(browser: &Browser, what: &str) {
    assert_eq!(browser.eval(AUDIT), json!([]), "{what}");
    let [width, window] =
        ["document.documentElement.scrollWidth", "innerWidth"].map(|e| browser.eval(&format!("return {e}")));
    assert!(width.as_u64() <= window.as_u64(), "{what}: the page is {width} wide in a window of {window}");
    assert_eq!(browser.problems(), [""; 0], "{what}");
}

fn scroll_to(browser: &Browser, selector: &str) {
    browser.eval(&format!("document.querySelector('{selector}').scrollIntoView()"));
}

#[test]
fn a_report_is_opened_sorted_filtered_and_unfolded() {
    let Some(browser) = Browser::start() else { return };
    let report = report(&EVENTS);
    browser.open(&report.path);
    check(&browser, "as opened");
    let counts =
        "return [document.querySelectorAll('article.finding.leak').length, document.querySelectorAll('figure').length]";
    let counts = browser.eval(counts);
    assert!(counts[0].as_u64() >= Some(10) && counts[1].as_u64() >= Some(21), "{counts}");
    browser.screenshot("report-light");

    // Sorting: by a number, the other way round, by name; the head says which.
    let by = |column: usize| browser.click(&format!("#class-table th:nth-child({column}) button"));
    let value = "[...document.querySelectorAll('#class-table tbody tr')].map(r => Number(r.cells[2].dataset.value))";
    by(3);
    assert_eq!(browser.eval(&format!("const v = {value}; return v.every((x, i) => !i || v[i - 1] >= x)")), json!(true));
    by(3);
    assert_eq!(browser.eval(&format!("const v = {value}; return v.every((x, i) => !i || v[i - 1] <= x)")), json!(true));
    let sorted =
        "return [...document.querySelectorAll('#class-table [aria-sort]')].map(h => [h.textContent, h.ariaSort])";
    assert_eq!(browser.eval(sorted), json!([["count delta", "ascending"]]));
    by(1);
    let names = browser.eval(&format!("return {SHOWN}"));
    assert!(names[0].as_str() < names[5].as_str(), "{names}");
    assert_eq!(
        browser.eval("return document.getElementById('status').textContent"),
        json!("Sorted by class, ascending")
    );

    // Filtering, with the count said.
    browser.type_text("#class-filter", "timeout");
    let names = browser.eval(&format!("return {SHOWN}"));
    assert!(!names.as_array().unwrap().is_empty() && names.as_array().unwrap().len() < 10, "{names}");
    assert!(
        names.as_array().unwrap().iter().all(|n| n.as_str().unwrap().to_lowercase().contains("timeout")),
        "{names}"
    );
    let said = browser.eval("return document.querySelector('[data-filter*=class] output').textContent");
    assert!(said.as_str().unwrap().starts_with(&format!("{} of ", names.as_array().unwrap().len())), "{said}");
    scroll_to(&browser, "#classes");
    browser.screenshot("report-classes");
    browser.type_text("#finding-filter", "timers heartbeat");
    let shown =
        "return [...document.querySelectorAll('article:not([hidden])')].map(a => a.querySelector('h3').textContent)";
    let shown = browser.eval(shown);
    assert!(shown.as_array().unwrap().len() == 1 && shown[0].as_str().unwrap().contains("heartbeat"), "{shown}");

    // Unfolding, by mouse and by keyboard.
    let open = "return document.querySelectorAll('article:not([hidden]) details[open]').length";
    browser.click("article:not([hidden]) summary");
    assert_eq!(browser.eval(open), json!(1));
    browser.press(Browser::ENTER);
    assert_eq!(browser.eval(open), json!(0), "the summary has the focus, and Enter folds it");
    browser.press(Browser::SPACE);
    assert_eq!(browser.eval(open), json!(1));
    browser.click("[data-unfold]");
    scroll_to(&browser, "#findings");
    browser.screenshot("report-unfolded");
    check(&browser, "unfolded");

    browser.click("article:not([hidden]) [data-copy]");
    browser.wait_until("document.querySelector('article:not([hidden]) [data-copy]').textContent !== 'Copy'");
    check(&browser, "at the end");
}

#[test]
fn a_report_is_for_every_screen_and_needs_no_mouse() {
    let Some(browser) = Browser::start() else { return };
    let report = report(&EVENTS);
    browser.set_dark(true);
    browser.open(&report.path);
    check(&browser, "dark");
    let background = browser.eval("return getComputedStyle(document.body).backgroundColor");
    assert_eq!(background, json!("rgb(20, 23, 28)"));
    browser.screenshot("report-dark");

    // The first stop of the keyboard leads past the head.
    browser.press(Browser::TAB);
    assert_eq!(browser.eval("return document.activeElement.textContent"), json!("Skip to the report"));
    browser.press(Browser::ENTER);
    assert_eq!(browser.eval("return document.activeElement.id"), json!("main"));
    browser.press(Browser::TAB);
    assert_eq!(browser.eval("return document.activeElement.id"), json!("finding-filter"));

    browser.set_viewport(Viewport::PHONE);
    browser.open(&report.path);
    check(&browser, "a phone in the dark");
    browser.screenshot("report-phone-dark");
    browser.set_dark(false);
    check(&browser, "a phone");
    for part in ["findings", "compared", "account", "classes"] {
        scroll_to(&browser, &format!("#{part}"));
        browser.screenshot(&format!("report-phone-{part}"));
    }

    browser.set_viewport(Viewport::DESKTOP);
    browser.set_scripting(false);
    browser.open(&report.path);
    check(&browser, "without script");
    let useless =
        "return [...document.querySelectorAll('button, input, select')].filter(e => e.checkVisibility()).length";
    assert_eq!(browser.eval(useless), json!(0), "what does nothing without the script is not shown");
    assert_eq!(browser.eval("return document.querySelectorAll('[data-filter]').length"), json!(2));
    let values =
        "return [...document.querySelectorAll('#class-table tbody tr')].map(r => Number(r.cells[1].dataset.value))";
    let values: Vec<i64> = browser.eval(values).as_array().unwrap().iter().filter_map(Value::as_i64).collect();
    assert!(values.len() > 20 && values.is_sorted_by(|a, b| a >= b), "{values:?}");
    browser.screenshot("report-without-script");
}

#[test]
fn several_processes_are_one_page() {
    let Some(browser) = Browser::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    for (at, file) in EVENTS.iter().enumerate() {
        for process in [70, 71] {
            let name = format!("Heap.20260103.10150{at}.{process}.0.00{at}.heapsnapshot.zst");
            std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(file), folder.path().join(name)).unwrap();
        }
    }
    let report = report(&[folder.path().to_str().unwrap()]);
    browser.open(&report.path);
    check(&browser, "several processes");
    assert_eq!(browser.eval("return document.querySelector('h1').textContent"), json!("Leaks in 2 of 2 processes"));
    browser.screenshot("report-processes");
    browser.click("#overview tbody tr:nth-child(2) a");
    assert_eq!(browser.eval("return document.querySelector(':target h2').textContent"), json!("pid 71 thread 0"));
    browser.type_text("#process-2-class-filter", "timeout");
    let hidden = |process: u32| {
        browser.eval(&format!("return document.querySelectorAll('#process-{process}-class-table tr[hidden]').length"))
    };
    assert_eq!(
        (hidden(1).as_u64() == Some(0), hidden(2).as_u64() > Some(0)),
        (true, true),
        "each table has its own filter"
    );
}

/// Names that would be markup, script, style, an entity, another direction, or no text at all.
const HOSTILE: [&str; 8] = [
    "</script><img src=x onerror=alert(1)>",
    "</style><script>alert(2)</script>",
    "\" onmouseover=\"alert(3)\" x=\"",
    "' autofocus onfocus='alert(4)",
    "<!--<script>",
    "{{ page }} {% endif %} &lt;b&gt;",
    "a\u{202e}txt.exe\u{2066}\u{200f}b",
    "nul\0 bell\u{7} esc\u{1b}[31m",
];

#[test]
fn names_from_a_file_are_text() {
    let Some(browser) = Browser::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, leaked: usize| {
        let mut text = "root -shortcut 1-> global:1000; global -HOLDER-> Map:16".to_owned();
        for (at, _) in HOSTILE.iter().enumerate() {
            text.push_str(&format!("; Map -KEY{at}-> m{at}(CLASS{at}):32"));
            for object in 0..leaked {
                text.push_str(&format!(
                    "; m{at} -[{object}]-> o{at}x{object}(CLASS{at}):64@{}",
                    1001 + 2 * (at * 1000 + object)
                ));
            }
        }
        let (mut file, _) = snapshot(&text);
        for string in &mut file.strings {
            let at = string.chars().last().and_then(|c| c.to_digit(10)).unwrap_or(0) as usize;
            if string.starts_with("CLASS") || string.starts_with("KEY") || string == "HOLDER" {
                *string = HOSTILE[at].to_owned();
            }
        }
        let path = folder.path().join(name);
        std::fs::write(&path, file.bytes(&Layout::default())).unwrap();
        path.to_str().unwrap().to_owned()
    };
    // A file may be named so as well, as far as the system lets it.
    let files =
        [write("<b onclick=alert(5)>.heapsnapshot", 0), write("2.heapsnapshot", 30), write("3.heapsnapshot", 60)];
    let report = report(&files.each_ref().map(String::as_str));
    browser.open(&report.path);
    check(&browser, "hostile names");
    let strange = "return [...document.querySelectorAll('img, b, [onerror], [onmouseover], [onfocus], [onclick], [autofocus]')].length
                   + document.querySelectorAll('script').length - 1 + document.querySelectorAll('style').length - 1";
    assert_eq!(browser.eval(strange), json!(0));
    let text = browser.eval("return document.querySelector('main').textContent");
    let text = text.as_str().unwrap();
    for name in &HOSTILE[..6] {
        assert!(text.contains(name), "{name} is shown as it is");
    }
    assert!(text.contains(r"a\u{202e}txt.exe\u{2066}\u{200f}b") && text.contains(r"nul\u{0} bell\u{7} esc\u{1b}[31m"));
    assert!(!text.chars().any(|c| c != '\n' && c.is_control()));
    browser.screenshot("report-hostile");
}
