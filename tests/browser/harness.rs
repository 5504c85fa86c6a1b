//! The browser does what tests ask of it.

use crate::common::browser::{Browser, Viewport};
use serde_json::json;

#[test]
fn the_browser_does_what_tests_ask_of_it() {
    let Some(browser) = Browser::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let body = "<button onclick='this.textContent = \"pressed\"'>press</button><input>\
                <script>console.error('one', 'error')</script>";
    std::fs::write(&page, format!("<!doctype html><meta name=viewport content='width=device-width'>{body}")).unwrap();
    browser.open(&page);
    assert!(browser.problems().join("\n").contains("\"one\" \"error\""));
    assert_eq!(browser.problems(), [""; 0], "each is told once");
    browser.click("button");
    browser.wait_until("document.querySelector('button').textContent === 'pressed'");
    browser.type_text("input", "a & b");
    browser.press(Browser::TAB);
    let state = "return [document.querySelector('input').value, document.activeElement.tagName, innerWidth,
                         matchMedia('(prefers-color-scheme: dark)').matches]";
    assert_eq!(browser.eval(state), json!(["a & b", "BODY", 1280, false]));
    browser.set_dark(true);
    browser.set_viewport(Viewport::PHONE);
    assert_eq!(browser.eval(state), json!(["a & b", "BODY", 360, true]));
    browser.set_scripting(false);
    browser.open(&page);
    assert_eq!(browser.problems(), [""; 0], "scripts of the page do not run");
    assert_eq!(browser.eval("return document.querySelector('button').textContent"), json!("press"));
    let png = std::fs::read(browser.screenshot("harness")).unwrap();
    assert!(png.starts_with(b"\x89PNG"));
}
