#!/usr/bin/env bash
# All checks of the project: format, lints, documentation, the library without the command line and without reports, tests,
# and, where the tools are installed, licenses and the fuzz targets. Stops at the first failure. `.ci/run` calls this, and nothing else.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

skipped=()

step() { printf '\n==> %s\n' "$*"; }

skip() {
    printf '\n==> SKIPPED: %s\n' "$*"
    skipped+=("$*")
}

run() {
    step "$*"
    "$@"
}

has() { "$@" --version >/dev/null 2>&1; }

# A component of the Rust toolchain: there, or added, or said to be missing.
component() {
    has cargo "$2" && return 0
    if command -v rustup >/dev/null 2>&1; then
        step "rustup component add $1"
        rustup component add "$1" && has cargo "$2" && return 0
    fi
    echo "error: \`cargo $2\` is missing: install the component $1 of your Rust toolchain" >&2
    exit 1
}

# Whether browser tests can run; `tests/common/browser.rs` looks for the same programs.
has_browser() {
    { has chromium || has chromium-browser || has google-chrome || [ -n "${HEAPDIFF_CHROMIUM:-}" ]; } &&
        { has chromedriver || [ -n "${HEAPDIFF_CHROMEDRIVER:-}" ]; }
}

# Debian's Chromium, where it can be installed without asking anyone. That it cannot is no failure.
install_browser() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 0
    step "apt-get install chromium chromium-driver"
    export DEBIAN_FRONTEND=noninteractive
    local install=(timeout 300 apt-get install -y -qq --no-install-recommends chromium chromium-driver libxml2-utils)
    "${install[@]}" >/dev/null 2>&1 || { timeout 120 apt-get update -qq && "${install[@]}" >/dev/null; } || true
}

component rustfmt fmt
component clippy clippy

run cargo fmt --check
run cargo clippy --locked --all-targets -- -D warnings
step "cargo doc --no-deps, warnings are errors"
RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps
run cargo check --locked --lib --no-default-features
run cargo check --locked --lib --no-default-features --features report

if has cargo deny; then
    run cargo deny --locked check bans licenses sources
    step "cargo deny fetch db"
    if cargo deny --locked fetch db; then
        run cargo deny --locked check --disable-fetch advisories
    else
        skip "cargo deny check advisories: the database could not be fetched"
    fi
else
    skip "cargo deny check: cargo-deny is not installed (cargo install --locked cargo-deny)"
fi

if has cargo fuzz && has cargo +nightly; then
    run cargo +nightly fuzz check
else
    skip "cargo +nightly fuzz check: cargo-fuzz or the nightly toolchain is not installed"
fi

has_browser || install_browser
has xmllint || skip "JUnit against its schema: xmllint is missing (Debian: apt-get install libxml2-utils)"
has_browser || skip "browser tests: chromium or chromedriver is missing (Debian: apt-get install chromium chromium-driver)"

step "cargo test"
cargo test --locked --no-fail-fast

printf '\n==> all checks passed\n'
for what in "${skipped[@]+"${skipped[@]}"}"; do
    printf '    but skipped: %s\n' "$what"
done
