//! A real browser for tests: headless Chromium, driven through chromedriver by the WebDriver protocol.
//!
//! ```no_run
//! let Some(browser) = Browser::start() else { return };   // says loudly that the test is skipped
//! browser.open(&path);                                    // a file; waits until it is loaded
//! browser.click("th:nth-child(2) button");                // as a user would: fails if it is hidden or covered
//! browser.type_text("#filter", "Session");
//! browser.press(Browser::TAB);                            // a key, for whatever has the focus
//! browser.wait_until("document.querySelectorAll('tr:not([hidden])').length === 3");
//! let titles = browser.eval("return [...document.querySelectorAll('h2')].map(h => h.textContent)");
//! browser.set_dark(true);
//! browser.set_viewport(Viewport::PHONE);
//! browser.screenshot("report-dark");                      // target/tmp/screenshots/report-dark.png
//! assert_eq!(browser.problems(), [""; 0]);                // errors of scripts, refused by the content policy …
//! ```
//!
//! It takes Debian's packages `chromium` and `chromium-driver`, or any Chromium or Chrome with its chromedriver on the
//! path; `HEAPDIFF_CHROMIUM` and `HEAPDIFF_CHROMEDRIVER` name others. Without them tests are skipped, unless
//! `HEAPDIFF_BROWSER_TESTS` is `required`: then they fail.

use base64::Engine as _;
use serde_json::{Value, json};
use std::env;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use ureq::Agent;

/// How long one command of the browser, or a condition, may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Key of an element's id in the WebDriver protocol.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// A browser that asks nothing, talks to nobody, and starts where there is neither a display nor a sandbox.
const OPTIONS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--lang=en-US",
];

/// Size of the page's window, in CSS pixels.
#[derive(Clone, Copy)]
pub(crate) struct Viewport {
    width: u32,
    height: u32,
    is_mobile: bool,
}

impl Viewport {
    /// What a browser begins with.
    pub(crate) const DESKTOP: Self = Self { width: 1280, height: 900, is_mobile: false };
    /// A small phone, held upright, with a touch screen.
    pub(crate) const PHONE: Self = Self { width: 360, height: 740, is_mobile: true };
}

/// A running browser with one page; it ends with the value.
pub(crate) struct Browser {
    driver: Child,
    agent: Agent,
    session: String,
    /// The browser's own files, removed at the end.
    _profile: TempDir,
}

impl Browser {
    pub(crate) const TAB: char = '\u{E004}';
    pub(crate) const ENTER: char = '\u{E007}';
    pub(crate) const SPACE: char = ' ';
    pub(crate) const ESCAPE: char = '\u{E00C}';

    /// Starts a browser, or says loudly that the test is skipped as there is none.
    pub(crate) fn start() -> Option<Self> {
        let chromium = program("HEAPDIFF_CHROMIUM", &["chromium", "chromium-browser", "google-chrome", "chrome"]);
        let chromedriver = program("HEAPDIFF_CHROMEDRIVER", &["chromedriver"]);
        let (Some(chromium), Some(chromedriver)) = (chromium, chromedriver) else {
            let is_required = env::var_os("HEAPDIFF_BROWSER_TESTS").is_some_and(|value| value == "required");
            assert!(!is_required, "HEAPDIFF_BROWSER_TESTS=required, but there is no chromium or no chromedriver");
            // Not by `eprintln!`, which the test harness keeps to itself if a test passes.
            let _ = writeln!(
                io::stderr(),
                "\n==> SKIPPED: browser tests: there is no chromium or no chromedriver on the path (Debian: apt-get \
                 install chromium chromium-driver)\n"
            );
            return None;
        };
        Some(Self::launch(&chromium, &chromedriver))
    }

    fn launch(chromium: &Path, chromedriver: &Path) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut command = Command::new(chromedriver);
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut driver = command.spawn().unwrap_or_else(|e| panic!("{}: {e}", chromedriver.display()));
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.by_ref().find_map(|line| {
            let line = line.ok()?;
            let (_, port) = line.split_once("started successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        });
        let port = port.expect("chromedriver says its port");
        // A pipe that nobody reads would stop it one day.
        std::thread::spawn(move || lines.for_each(drop));
        // A proxy of the environment has no business with this machine's own ports.
        let config = Agent::config_builder().proxy(None).http_status_as_error(false).timeout_global(Some(PATIENCE));
        let agent: Agent = config.build().into();
        let mut browser = Self { driver, agent, session: String::new(), _profile: profile };
        let user_data = format!("--user-data-dir={}", browser._profile.path().display());
        let options: Vec<&str> = OPTIONS.into_iter().chain([user_data.as_str()]).collect();
        let root = format!("http://127.0.0.1:{port}/session");
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "binary": chromium, "args": options },
            "goog:loggingPrefs": { "browser": "ALL" },
        } } });
        let created = browser.request("POST", &root, Some(&capabilities));
        browser.session = format!("{root}/{}", created["sessionId"].as_str().unwrap());
        browser.set_viewport(Viewport::DESKTOP);
        browser
    }

    /// Opens a file, and waits until it is loaded.
    pub(crate) fn open(&self, file: &Path) {
        let path = fs::canonicalize(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        self.post("url", &json!({ "url": format!("file://{}", path.display()) }));
    }

    /// Runs the body of a function, and gives what it returns, as JSON.
    pub(crate) fn eval(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Waits until an expression is true.
    #[track_caller]
    pub(crate) fn wait_until(&self, expression: &str) {
        let end = Instant::now() + PATIENCE;
        while self.eval(&format!("return Boolean({expression})")) != json!(true) {
            assert!(Instant::now() < end, "waited in vain for: {expression}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Clicks in the middle of the first element that matches; fails if a user could not.
    #[track_caller]
    pub(crate) fn click(&self, selector: &str) {
        let element = self.element(selector);
        self.post(&format!("element/{element}/click"), &json!({}));
    }

    /// Replaces what stands in a field, key by key.
    #[track_caller]
    pub(crate) fn type_text(&self, selector: &str, text: &str) {
        let element = self.element(selector);
        self.post(&format!("element/{element}/clear"), &json!({}));
        self.post(&format!("element/{element}/value"), &json!({ "text": text }));
    }

    /// Presses a key; what has the focus gets it.
    pub(crate) fn press(&self, key: char) {
        let key = key.to_string();
        let strokes = json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]);
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.post("actions", &json!({ "actions": [keyboard] }));
    }

    /// Has the page believe that the user prefers dark colors, or light ones.
    pub(crate) fn set_dark(&self, is_dark: bool) {
        let value = if is_dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": value }]);
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }

    /// Gives the page a window of another size.
    pub(crate) fn set_viewport(&self, viewport: Viewport) {
        let Viewport { width, height, is_mobile } = viewport;
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_mobile });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
        self.devtools("Emulation.setTouchEmulationEnabled", &json!({ "enabled": is_mobile }));
    }

    /// Turns the scripts of pages that are opened from now on off, or on. [`Browser::eval`] works either way.
    pub(crate) fn set_scripting(&self, is_on: bool) {
        self.devtools("Emulation.setScriptExecutionDisabled", &json!({ "value": !is_on }));
    }

    /// Writes what the window shows to `target/tmp/screenshots/NAME.png`; gives the path.
    pub(crate) fn screenshot(&self, name: &str) -> PathBuf {
        let encoded = self.request("GET", &format!("{}/screenshot", self.session), None);
        let png = base64::prelude::BASE64_STANDARD.decode(encoded.as_str().unwrap()).unwrap();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("{name}.png"));
        fs::write(&path, png).unwrap();
        path
    }

    /// Warnings and errors on the console since it was last asked: of scripts, of what could not be loaded, of what the
    /// page's content policy refused.
    pub(crate) fn problems(&self) -> Vec<String> {
        let log = self.post("se/log", &json!({ "type": "browser" }));
        let entries = log.as_array().unwrap().iter();
        let grave = entries.filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING");
        grave.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// A command of the DevTools protocol, for what has no method here.
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.post("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    #[track_caller]
    fn element(&self, selector: &str) -> String {
        let found = self.post("element", &json!({ "using": "css selector", "value": selector }));
        found[ELEMENT].as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn post(&self, command: &str, body: &Value) -> Value {
        self.request("POST", &format!("{}/{command}", self.session), Some(body))
    }

    /// Sends a command and gives its value.
    #[track_caller]
    fn request(&self, method: &str, url: &str, body: Option<&Value>) -> Value {
        let sent = match (method, body) {
            ("GET", _) => self.agent.get(url).call(),
            ("DELETE", _) => self.agent.delete(url).call(),
            (_, body) => self.agent.post(url).send_json(body),
        };
        let mut response = sent.unwrap_or_else(|e| panic!("{method} {url}: {e}"));
        // A screenshot is larger than what is read without asking.
        let text = response.body_mut().with_config().limit(256 << 20).read_to_string().unwrap();
        let mut answer: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{url}: {e}: {text}"));
        let value = answer["value"].take();
        assert!(value.get("error").is_none(), "{url}: {}: {}", value["error"], value["message"]);
        value
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            // Closes the browser. If that fails there is nothing else to try, and a panic here would hide the first one.
            let _ = self.agent.delete(&self.session).call();
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// A program that a variable names, or the first of these on the path.
fn program(variable: &str, names: &[&str]) -> Option<PathBuf> {
    if let Some(path) = env::var_os(variable) {
        return Some(PathBuf::from(path)).filter(|path| path.is_file());
    }
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
}
