//! The recipes of `docs/GATE.md` work when they are pasted: each is taken from the document, put into the example project,
//! and run. The project leaks and is caught; then it is fixed and passes.
//!
//! Node 20 or later is needed; without it these tests say so. Jest and Vitest are installed from npm; where that cannot
//! be done (no network), those two say so.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The first code block behind a text of the document.
fn recipe(behind: &str) -> String {
    let document = std::fs::read_to_string(root().join("docs/GATE.md")).unwrap();
    let (_, rest) = document.split_once(behind).unwrap_or_else(|| panic!("docs/GATE.md has no `{behind}`"));
    let (_, block) = rest.split_once("```").unwrap();
    let (_, block) = block.split_once('\n').unwrap();
    block.split_once("```").unwrap().0.to_owned()
}

/// Tells what is skipped past the test runner, which keeps what tests print.
fn say(why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}

/// Whether Node is new enough; says loudly if not.
fn has_node() -> bool {
    let version = Command::new("node").arg("--version").output().ok();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    let major: u32 = version.trim_start_matches('v').split('.').next().and_then(|n| n.parse().ok()).unwrap_or(0);
    if major < 20 {
        say(&format!("the recipes need Node 20 or later, found `{version}`"));
    }
    major >= 20
}

/// The example project in a folder of its own.
struct Project {
    folder: TempDir,
}

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for file in ["package.json", "src/prices.cjs", "leak/workload.cjs", "test/leak.test.cjs"] {
            let to = folder.path().join(file);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(root().join("docs/example").join(file), to).unwrap();
        }
        Self { folder }
    }

    fn write(&self, file: &str, text: &str) {
        let to = self.folder.path().join(file);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, text).unwrap();
    }

    fn fix(&self) {
        std::fs::copy(root().join("docs/example/fixed/prices.cjs"), self.folder.path().join("src/prices.cjs")).unwrap();
    }

    /// Runs a line of a shell with heapdiff on the PATH.
    fn run(&self, line: &str) -> Output {
        let heapdiff = assert_cmd::cargo::cargo_bin!("heapdiff");
        let mut path: Vec<PathBuf> = vec![heapdiff.parent().unwrap().to_owned()];
        path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        let summary = self.folder.path().join("summary.md");
        let mut command = Command::new("bash");
        command.args(["-e", "-o", "pipefail", "-c", line]).current_dir(self.folder.path());
        command.env("PATH", std::env::join_paths(path).unwrap()).env("GITHUB_STEP_SUMMARY", summary);
        // A test inside of a test runner of Node must not report to the outer one.
        command.env_remove("NODE_TEST_CONTEXT").env_remove("HEAPDIFF_CONFIG").env("CI", "true").output().unwrap()
    }

    #[track_caller]
    fn expect(&self, line: &str, code: i32, words: &[&str]) {
        let output = self.run(line);
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{line}: {text}");
        for word in words {
            assert!(text.contains(word), "{line}: no `{word}` in\n{text}");
        }
    }
}

#[test]
fn the_document_and_the_example_are_the_same() {
    for file in ["leak/workload.cjs", "test/leak.test.cjs"] {
        let example = std::fs::read_to_string(root().join("docs/example").join(file)).unwrap();
        assert_eq!(recipe(&format!("`{file}`")), example, "{file}");
    }
}

#[test]
fn the_example_leaks_is_caught_is_fixed_and_passes() {
    if !has_node() {
        return;
    }
    let project = Project::new();
    project.expect("npm test", 1, &["listeners for 'price'", "onPrice", "feed"]);
    project.expect("npm run leak", 1, &["check failed"]);
    project.fix();
    project.expect("npm test", 0, &[]);
    project.expect("npm run leak", 0, &["check passed"]);
}

#[test]
fn jest_and_vitest_run_the_recipe() {
    if !has_node() {
        return;
    }
    let project = Project::new();
    let install = project.run("timeout 240 npm install --no-save --no-audit --no-fund jest@29 vitest@3");
    if !install.status.success() {
        let why = String::from_utf8_lossy(&install.stderr);
        say(&format!("Jest and Vitest cannot be installed: {}", why.lines().next().unwrap_or_default()));
        return;
    }
    project.write("test/leak.jest.test.cjs", &recipe("`test/leak.jest.test.cjs`"));
    project.write("test/leak.vitest.test.mjs", &recipe("`test/leak.vitest.test.mjs`"));
    let jest = "npx jest --testMatch '**/*.jest.test.cjs'";
    project.expect(jest, 1, &["listeners for 'price'"]);
    project.expect("npx vitest run leak.vitest", 1, &["listeners for 'price'"]);
    project.fix();
    project.expect(jest, 0, &[]);
    project.expect("npx vitest run leak.vitest", 0, &[]);
}

/// The commands of the workflow's steps, those that install heapdiff left out.
fn steps(workflow: &str) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    let mut lines = workflow.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(command) = line.trim_start().strip_prefix("run: ") else { continue };
        if command != "|" {
            steps.push(command.to_owned());
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let mut script = String::new();
        while let Some(next) = lines.next_if(|next| next.len() - next.trim_start().len() > indent) {
            script.push_str(next.trim_start());
            script.push('\n');
        }
        steps.push(script);
    }
    steps.retain(|step| !step.starts_with("cargo install"));
    steps
}

#[test]
fn the_workflow_of_github_runs() {
    if !has_node() {
        return;
    }
    let project = Project::new();
    let steps = steps(&recipe("`.github/workflows/leak.yml`"));
    let [take, check] = &steps[..] else { panic!("{steps:?}") };
    let check = format!("export GITHUB_ACTIONS=true\n{check}");
    project.expect(take, 0, &[]);
    project.expect(&check, 1, &["::error"]);
    let summary = std::fs::read_to_string(project.folder.path().join("summary.md")).unwrap();
    assert!(summary.starts_with("<!-- heapdiff -->") && summary.contains("onPrice"), "{summary}");
    assert!(project.folder.path().join("leak/out/report.html").exists());
    project.fix();
    project.expect(take, 0, &[]);
    project.expect(&check, 0, &[]);
}

#[test]
fn the_job_of_gitlab_runs() {
    if !has_node() {
        return;
    }
    let project = Project::new();
    let job = recipe("`.gitlab-ci.yml`");
    let (_, script) = job.split_once("  script:\n").unwrap();
    let lines = script.lines().map_while(|line| line.strip_prefix("    - ")).collect::<Vec<_>>();
    assert_eq!(lines.len(), 2);
    project.expect(lines[0], 0, &[]);
    project.expect(lines[1], 1, &[]);
    for file in ["gl-code-quality.json", "junit.xml", "report.html"] {
        let text = std::fs::read_to_string(project.folder.path().join(file)).unwrap();
        assert!(text.contains("price"), "{file}: {text}");
    }
    let quality = std::fs::read(project.folder.path().join("gl-code-quality.json")).unwrap();
    assert!(serde_json::from_slice::<serde_json::Value>(&quality).unwrap().is_array());
    project.fix();
    project.expect(lines[0], 0, &[]);
    project.expect(lines[1], 0, &[]);
}
