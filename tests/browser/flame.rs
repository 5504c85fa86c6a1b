//! Flamegraphs: every kind opens without a complaint, its labels can be read and stand within their boxes, it zooms and
//! searches, in light and in dark.

use crate::common::browser::Browser;
use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Name and arguments of each kind.
const KINDS: [(&str, &str); 8] = [
    ("cpu", "fixtures/profiles/node24.cpuprofile.zst"),
    ("icicle", "fixtures/profiles/node24.cpuprofile.zst --icicle --color-by category"),
    ("chart", "fixtures/profiles/node24.cpuprofile.zst --chart"),
    ("threads", "fixtures/profiles/chrome-trace.json.gz --chart"),
    ("allocations", "fixtures/profiles/node24.heapprofile.zst"),
    ("heap", "fixtures/node24/after.heapsnapshot.zst"),
    ("cpu-diff", "--diff fixtures/profiles/node20.cpuprofile.zst fixtures/profiles/node24.cpuprofile.zst"),
    ("heap-diff", "--diff fixtures/node24/before.heapsnapshot.zst fixtures/node24/after.heapsnapshot.zst"),
];

/// Labels that stick out of their boxes, boxes that stick out of the picture, and text that has too little contrast with
/// what it stands on.
const COMPLAINTS: &str = r##"
const found = [];
const frames = document.getElementById("frames").getBoundingClientRect();
const light = color => {
    const linear = color.match(/[\d.]+/g).slice(0, 3).map(c => c / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
};
const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
for (const group of document.querySelectorAll("#frames > g")) {
    const rect = group.querySelector("rect"), text = group.querySelector("text");
    const box = rect.getBoundingClientRect(), words = text.getBoundingClientRect();
    if (text.textContent && words.right > box.right + 1) found.push(`sticks out: ${text.textContent}`);
    if (box.left < frames.left - 1 || box.right > frames.left + innerWidth + 1) found.push(`outside: ${text.textContent}`);
    const ratio = contrast(getComputedStyle(text).fill, getComputedStyle(rect).fill);
    if (text.textContent && ratio < 4.5) found.push(`${text.textContent}: contrast ${ratio.toFixed(1)}`);
}
const page = getComputedStyle(document.documentElement).backgroundColor;
for (const id of ["title", "subtitle", "search"]) {
    const ratio = contrast(getComputedStyle(document.getElementById(id)).fill, page);
    if (ratio < 4.5) found.push(`${id}: contrast ${ratio.toFixed(1)} on ${page}`);
}
return found.slice(0, 10);
"##;

/// The boxes that are shown, as [label, left, width] in whole pixels.
const SHOWN: &str = r##"
return [...document.querySelectorAll("#frames > g:not(.hide)")].map(group => {
    const box = group.querySelector("rect").getBoundingClientRect();
    return [group.querySelector("title").textContent, Math.round(box.left), Math.round(box.width)];
});
"##;

fn drawn(folder: &TempDir, name: &str, arguments: &str) -> PathBuf {
    let path = folder.path().join(format!("{name}.svg"));
    let mut command = cargo_bin_cmd!("heapdiff");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).arg("flame").args(arguments.split(' ')).arg("-o").arg(&path);
    command.assert().success();
    path
}

fn open(browser: &Browser, path: &Path) {
    browser.open(path);
    // The script fits the picture into the window once it is loaded.
    browser.wait_until("!document.documentElement.hasAttribute('viewBox')");
}

#[test]
fn every_kind_can_be_read_by_day_and_by_night() {
    let Some(browser) = Browser::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    for (name, arguments) in KINDS {
        let path = drawn(&folder, name, arguments);
        for is_dark in [false, true] {
            browser.set_dark(is_dark);
            open(&browser, &path);
            let name = format!("flame-{name}-{}", if is_dark { "dark" } else { "light" });
            browser.screenshot(&name);
            assert_eq!(browser.eval(COMPLAINTS), json!([]), "{name}");
            assert_eq!(browser.problems(), [""; 0], "{name}");
        }
    }
}

#[test]
fn a_box_fills_the_window_when_it_is_clicked_and_a_search_marks_boxes() {
    let Some(browser) = Browser::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    open(&browser, &drawn(&folder, "heap", "fixtures/node24/after.heapsnapshot.zst"));
    let all = browser.eval(SHOWN);
    let all = all.as_array().unwrap();
    let of = |boxes: &[Value], label: &str| {
        boxes.iter().find(|of| of[0].as_str().unwrap().starts_with(label)).unwrap_or_else(|| panic!("{label}")).clone()
    };
    let (root, app) = (of(all, "all ("), of(all, "app: Object"));
    assert!(app[2].as_u64() < root[2].as_u64(), "{app} {root}");
    let ix = all.iter().position(|of| *of == app).unwrap() + 1;
    browser.click(&format!("#frames > g:nth-child({ix}) > rect"));
    let zoomed = browser.eval(SHOWN);
    let zoomed = zoomed.as_array().unwrap();
    assert_eq!(of(zoomed, "app: Object")[2], root[2], "as wide as the whole");
    assert!(zoomed.len() > 10 && zoomed.len() < all.len());
    browser.eval("search('handleRequest')");
    assert!(browser.eval("return document.getElementById('matched').textContent").as_str().unwrap().contains('%'));
    let marked = "[...document.querySelectorAll('#frames rect')].filter(r => r.getAttribute('fill') === searchcolor)";
    assert_eq!(
        browser.eval(&format!(
            "return {marked}.length > 0 && {marked}.every(r => r.parentNode.textContent.includes('handleRequest'))"
        )),
        json!(true)
    );
    browser.screenshot("flame-heap-zoomed");
    browser.click("#unzoom");
    assert_eq!(browser.eval(SHOWN).as_array().unwrap().len(), all.len());
    assert_eq!(browser.problems(), [""; 0]);
}

/// A stretch of time of one thread is shown of all of them: that is what threads are put on one axis for.
#[test]
fn a_click_in_one_thread_shows_the_same_time_of_all() {
    let Some(browser) = Browser::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    open(&browser, &drawn(&folder, "threads", "fixtures/profiles/chrome-trace.json.gz --chart"));
    let shown = || browser.eval(SHOWN).as_array().unwrap().clone();
    let all = shown();
    let width = |of: &Value| of[2].as_u64().unwrap();
    let widest = all.iter().map(width).max().unwrap();
    let is_part = |of: &&Value| (widest / 50..widest / 2).contains(&width(of));
    let part = all.iter().filter(is_part).max_by_key(|of| width(of)).expect("a box that can be enlarged").clone();
    let ix = all.iter().position(|of| *of == part).unwrap() + 1;
    browser.click(&format!("#frames > g:nth-child({ix}) > rect"));
    let enlarged = shown();
    let again = enlarged.iter().find(|of| of[0] == part[0] && width(of) + 2 >= widest);
    assert!(again.is_some(), "{part} fills the width: {enlarged:?}");
    assert!(enlarged.len() < all.len());
    browser.screenshot("flame-threads-zoomed");
    browser.click("#unzoom");
    assert_eq!(shown(), all);
    assert_eq!(browser.problems(), [""; 0]);
}

#[test]
fn a_name_is_never_markup() {
    let Some(browser) = Browser::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let names =
        ["</title><script>window.hacked = 1</script>", "\\\"><img src=x onerror=hacked=1>", "]]>&amp;&#60;script>"];
    let frame = |name: &str| {
        format!(r#"{{"functionName":"{name}","scriptId":"7","url":"/<b>.js","lineNumber":1,"columnNumber":1}}"#)
    };
    let mut nodes =
        vec![r#"{"id":1,"callFrame":{"functionName":"(root)","scriptId":"0","url":""},"children":[2,3,4]}"#.to_owned()];
    nodes
        .extend(names.iter().enumerate().map(|(i, name)| format!(r#"{{"id":{},"callFrame":{}}}"#, i + 2, frame(name))));
    let profile = format!(
        r#"{{"nodes":[{}],"startTime":0,"endTime":4000,"samples":[2,3,4,2],"timeDeltas":[0,1000,1000,1000]}}"#,
        nodes.join(",")
    );
    let file = folder.path().join("</title><script>hacked=1<script>.cpuprofile".replace('/', "∕"));
    std::fs::write(&file, profile).unwrap();
    let path = folder.path().join("hostile.svg");
    cargo_bin_cmd!("heapdiff").arg("flame").arg(&file).arg("-o").arg(&path).assert().success();
    open(&browser, &path);
    assert_eq!(
        browser.eval("return [typeof hacked, document.querySelectorAll('script').length]"),
        json!(["undefined", 2])
    );
    let labels =
        browser.eval("return [...document.querySelectorAll('#frames title')].map(t => t.textContent).join('\\n')");
    for name in ["</title><script>window.hacked", "\"><img src=x", "]]>&amp;&#60;script>"] {
        assert!(labels.as_str().unwrap().contains(name), "{name}: {labels}");
    }
    assert_eq!(browser.problems(), [""; 0]);
}
