//! Detects what looks like a credential, or identifies a person.
//!
//! The rules follow two well-kept lists and are named after them: `gitleaks` (its `config/gitleaks.toml`) and Yelp's
//! `detect-secrets` (its plugins). They are wider than those: text is masked only where it is shown, so a mask too many
//! costs little, and files may truncate a token. UUIDs by themselves are not credentials.

use regex::bytes::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

/// A part of a text that must not be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// Its position, in bytes.
    pub(super) range: Range<usize>,
    /// What it seems to be.
    pub(super) what: &'static str,
}

/// A sort of credential: its name, its pattern (the group `s` is masked), and a second check of the match.
struct Rule {
    what: &'static str,
    pattern: &'static str,
    is_one: fn(&[u8]) -> bool,
}

const fn rule(what: &'static str, pattern: &'static str, is_one: fn(&[u8]) -> bool) -> Rule {
    Rule { what, pattern, is_one }
}

/// If two rules match the same text, the first one names it.
const RULES: [Rule; 14] = [
    // gitleaks: private-key, age-secret-key; detect-secrets: PrivateKeyDetector. The end may be truncated.
    rule(
        "private key",
        r"(?s)(?<s>-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\z)|AGE-SECRET-KEY-1[A-Z0-9]{20,})",
        anything,
    ),
    // gitleaks: jwt, jwt-base64; detect-secrets: JwtTokenDetector. `eyJ` is `{"`.
    rule("jwt", r"(?<s>eyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_=-]+){1,4})", anything),
    // gitleaks: curl-auth-header.
    rule("token", r"(?i)\bbearer(?:[ \t:]+|%20|\+)(?<s>[A-Za-z0-9._~+/=-]{6,})", is_no_word_of_auth),
    rule("password", r"(?i)\bbasic(?:[ \t]+|%20)(?<s>[A-Za-z0-9+/]{6,}={0,2})", is_basic),
    // gitleaks: aws-access-token; detect-secrets: AWSKeyDetector.
    rule("AWS key", r"(?<s>(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA|ANPA)[A-Z0-9]{12,})", has_digit),
    // gitleaks: github-*, gitlab-*, npm-access-token, pypi-upload-token, slack-*, stripe-access-token, gcp-api-key, sendgrid-api-token,
    // shopify-*, digitalocean-*, databricks-api-token, grafana-*, linear-api-key, huggingface-*, twilio-api-key, openai-api-key,
    // anthropic-api-key, slack-webhook-url; detect-secrets: DiscordBotTokenDetector and others.
    rule(
        "token",
        r"(?x)(?<s>gh[oprsu]_[A-Za-z0-9]{16,}|github_pat_\w{16,}|gl(?:pat|ptt|rt|dt|cbt|soat|ft|agent|imt|oas)-[\w-]{16,}
            |npm_[A-Za-z0-9]{16,}|pypi-[\w-]{16,}|xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}|xapp-[A-Za-z0-9-]{8,}
            |(?:sk|rk|pk)_(?:live|test|prod)_[A-Za-z0-9]{8,}|whsec_[A-Za-z0-9+/=]{16,}|AIza[\w-]{16,}|ya29\.[\w-]{16,}|GOCSPX-[\w-]{16,}
            |SG\.[\w-]{12,}\.[\w-]{12,}|shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{16,}|do[opr]_v1_[a-f0-9]{16,}|dapi[a-f0-9]{32}
            |gl(?:sa|c)_[A-Za-z0-9_+/=]{16,}|lin_api_[A-Za-z0-9]{16,}|hf_[A-Za-z]{24,}|SK[0-9a-f]{32}|dckr_pat_[\w-]{16,}
            |hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{16,}
            |discord(?:app)?\.com/api/webhooks/[0-9]+/[\w-]{16,})",
        anything,
    ),
    rule("token", r"\b(?<s>sk-[A-Za-z0-9_-]{16,})", has_digit),
    // detect-secrets: BasicAuthDetector, and tokens in place of the user.
    rule("password", r#"[A-Za-z][A-Za-z0-9+.-]{1,30}://[^\s/?\#:@'"<>]{0,200}:(?<s>[^\s/?\#@'"<>]{1,200})@"#, anything),
    rule("token", r#"[A-Za-z][A-Za-z0-9+.-]{1,30}://(?<s>[^\s/?\#:@'"<>]{16,200})@"#, has_digit),
    // gitleaks: generic-api-key; detect-secrets: KeywordDetector.
    rule(
        "secret",
        r#"(?i)(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|(?:access|private|account)[_-]?key|authorization|credentials?|signature|sig)["'\\]{0,3}\s{0,3}(?:=>|[:=]{1,3})\s{0,3}["'\\]{0,3}(?<s>[^\s"'\\`&,;<>(){}\[\]]{6,})"#,
        is_value,
    ),
    // A mail address is not a credential, but it identifies a person.
    rule(
        "e-mail address",
        r"(?<s>[A-Za-z0-9._%+-]{1,64}(?:@|%40)(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})",
        is_mail_address,
    ),
    rule(
        "card number",
        r"(?:^|[^0-9])(?<s>[2-6][0-9]{3}(?:[ -][0-9]{4}){3}|3[47][0-9]{2}[ -][0-9]{6}[ -][0-9]{5}|[2-6][0-9]{12,18})(?:[^0-9]|$)",
        is_card_number,
    ),
    // detect-secrets: HexHighEntropyString, Base64HighEntropyString.
    rule("hex", r"(?<s>[0-9A-Fa-f]{32,})", is_random_hex),
    rule("base64", r"(?<s>[A-Za-z0-9+/_-]{32,}={0,2})", is_random_base64),
];

static ANY: LazyLock<Option<RegexSet>> =
    LazyLock::new(|| RegexSetBuilder::new(RULES.iter().map(|rule| rule.pattern)).unicode(false).build().ok());
static EACH: LazyLock<Vec<Option<Regex>>> =
    LazyLock::new(|| RULES.iter().map(|rule| RegexBuilder::new(rule.pattern).unicode(false).build().ok()).collect());
static UUID: LazyLock<Option<Regex>> = LazyLock::new(|| {
    RegexBuilder::new("[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}").unicode(false).build().ok()
});

/// Finds everything that looks like a credential, in order and without overlaps. O(length × rules).
pub(super) fn find(text: &[u8]) -> Vec<Span> {
    if is_plain_word(text) {
        return Vec::new();
    }
    let Some(any) = &*ANY else { return Vec::new() };
    let mut found: Vec<(Range<usize>, usize)> = Vec::new();
    for at in any.matches(text) {
        let Some(regex) = &EACH[at] else { continue };
        let secrets = regex.captures_iter(text).filter_map(|captures| Some(captures.name("s")?.range()));
        found.extend(secrets.filter(|range| (RULES[at].is_one)(&text[range.clone()])).map(|range| (range, at)));
    }
    found.sort_by_key(|(range, at)| (range.start, *at));
    let mut spans: Vec<Span> = Vec::new();
    for (range, at) in found {
        match spans.last_mut() {
            Some(last) if range.start < last.range.end => last.range.end = last.range.end.max(range.end),
            _ => spans.push(Span { range, what: RULES[at].what }),
        }
    }
    spans
}

/// Whether a text is a plain word, as most names are. No pattern matches a short one.
fn is_plain_word(text: &[u8]) -> bool {
    const SHORTEST_TOKEN: usize = 20;
    text.len() < SHORTEST_TOKEN && text.iter().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'$'))
}

fn anything(_: &[u8]) -> bool {
    true
}

fn has_digit(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_digit)
}

/// `Bearer authentication` is prose.
fn is_no_word_of_auth(text: &[u8]) -> bool {
    const WORDS: [&str; 10] = [
        "token",
        "tokens",
        "auth",
        "authentication",
        "authorization",
        "authorisation",
        "realm",
        "scheme",
        "format",
        "header",
    ];
    let word = text.strip_suffix(b".").unwrap_or(text);
    !WORDS.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
}

/// `Basic settings` is prose; base64 of `user:password` contains digits or capitals.
fn is_basic(text: &[u8]) -> bool {
    text.ends_with(b"=") || (has_digit(text) && text.len() >= 8) || text[1..].iter().any(u8::is_ascii_uppercase)
}

/// A value after `password=`: letters with digits or symbols, and not code.
fn is_value(text: &[u8]) -> bool {
    let is_code =
        [b"process.".as_slice(), b"this.", b"undefined", b"function", b"0x"].iter().any(|word| text.starts_with(word));
    has_digit(text) && text.iter().any(u8::is_ascii_alphabetic) && !is_code
}

/// `logo@2x.png` and `pkg@1.2.3-rc.js` are files, and `git@…` is not a person.
fn is_mail_address(text: &[u8]) -> bool {
    const ENDINGS: [&str; 25] = [
        "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "js", "mjs", "cjs", "jsx", "ts", "mts", "cts",
        "tsx", "json", "css", "html", "map", "wasm", "node", "tgz", "gz", "lock",
    ];
    let is_ending = |ending: &[u8]| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known.as_bytes()));
    let user = text.split(|b| *b == b'@').next().unwrap_or_default();
    user != b"git" && !text.rsplit(|b| *b == b'.').next().is_some_and(is_ending)
}

/// Whether digits have the length, prefix and Luhn checksum of a card number.
fn is_card_number(text: &[u8]) -> bool {
    let digits: Vec<u32> = text.iter().filter(|b| b.is_ascii_digit()).map(|b| u32::from(b - b'0')).collect();
    let beginning = digits[..4].iter().fold(0, |number, digit| number * 10 + digit);
    let is_issued = match digits.len() {
        15 => matches!(beginning / 100, 34 | 37),
        14 => matches!(beginning / 100, 30 | 36 | 38 | 39),
        13 | 16..=19 => matches!(beginning, 2221..=2720 | 3528..=3589 | 4000..=4999 | 5000..=5999 | 6000..=6999),
        _ => false,
    };
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let sum: u32 = digits.iter().rev().enumerate().map(|(at, d)| if at % 2 == 1 { doubled(*d) } else { *d }).sum();
    is_issued && sum.is_multiple_of(10)
}

/// detect-secrets uses 3.0. Lower values are numbers padded with zeros.
fn is_random_hex(text: &[u8]) -> bool {
    const MIN_BITS: f64 = 2.5;
    bits_per_byte(text) >= MIN_BITS && !is_in_order(text)
}

/// Words joined by capitals, hyphens and slashes are just as long. Random text has digits in several places and
/// switches between capitals, small letters and digits all the time. UUIDs in it do not count.
///
/// detect-secrets uses 4.5 bits of entropy, which alone misses half of the strings of 32 characters.
fn is_random_base64(text: &[u8]) -> bool {
    const MIN_BITS: f64 = 4.0;
    const LISTED_BITS: f64 = 4.5;
    const MIN_STRETCH: usize = 12;
    const MIN_CHARS: usize = 32;
    let text: Cow<'_, [u8]> = match &*UUID {
        Some(uuid) => uuid.replace_all(text, b"".as_slice()),
        None => Cow::Borrowed(text),
    };
    let digit_runs =
        text.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()).filter(|run| run[0].is_ascii_digit()).count();
    let longest = text.split(|b| b"+/_-=".contains(b)).map(<[u8]>::len).max().unwrap_or_default();
    let changes = text.windows(2).filter(|pair| kind(pair[0]) != kind(pair[1])).count();
    let bits = bits_per_byte(&text);
    // Digits in a single place may belong to a word: `Float64Array`.
    let is_random = match digit_runs {
        0 => false,
        1 => 3 * changes >= text.len() && bits >= LISTED_BITS,
        _ => 5 * changes >= text.len() && bits >= MIN_BITS,
    };
    text.len() >= MIN_CHARS && longest >= MIN_STRETCH && is_random && !is_in_order(&text)
}

fn kind(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        _ => 3,
    }
}

/// Whether most characters are followed by the next of the alphabet (detect-secrets: `is_sequential_string`).
fn is_in_order(text: &[u8]) -> bool {
    let next = text.windows(2).filter(|pair| pair[1] == pair[0].wrapping_add(1)).count();
    2 * next > text.len()
}

/// Shannon entropy, in bits per byte.
fn bits_per_byte(text: &[u8]) -> f64 {
    let mut counts = [0u32; 256];
    text.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let share = |count: &u32| f64::from(*count) / text.len() as f64;
    counts.iter().filter(|count| **count > 0).map(|count| -share(count) * share(count).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::{ANY, EACH, find};

    /// The text with each masked part replaced by a star.
    fn starred(text: &str) -> String {
        let mut out = String::new();
        let mut from = 0;
        for span in find(text.as_bytes()) {
            out.push_str(&text[from..span.range.start]);
            out.push_str(&format!("*{}*", span.what));
            from = span.range.end;
        }
        out + &text[from..]
    }

    #[test]
    fn the_patterns_are_understood() {
        assert!(ANY.is_some() && EACH.iter().all(Option::is_some));
    }

    #[test]
    fn credentials_are_seen_wherever_they_stand() {
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
        let cases = [
            (jwt.to_owned(), "*jwt*"),
            (format!("Authorization: Bearer {jwt}; path=/"), "Authorization: Bearer *jwt*; path=/"),
            // Truncated by the file.
            (jwt[..60].to_owned(), "*jwt*"),
            ("eyJhbGciOiJIUzI1NiJ9.dXNlci0xQGV4YW1wbGUuY29t".to_owned(), "*jwt*"),
            ("bearer abcdefgh1234".to_owned(), "bearer *token*"),
            ("Basic dXNlcjpwYXNz".to_owned(), "Basic *password*"),
            ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nx".to_owned(), "*private key*\nx"),
            ("k: -----BEGIN PRIVATE KEY-----\\nMIIEvQ".to_owned(), "k: *private key*"),
            ("AKIAIOSFODNN7EXAMPLE".to_owned(), "*AWS key*"),
            (format!("x ghp_{} y", "aB3".repeat(12)), "x *token* y"),
            (format!("github_pat_{}", "11ABC_x".repeat(5)), "*token*"),
            (format!("sk_live_{}", "4eC39HqLyjWD"), "*token*"),
            (format!("xoxb-{}", "123456789012-abcdefABCDEF"), "*token*"),
            (format!("AIza{}", "SyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY"), "*token*"),
            (format!("npm_{}", "a1".repeat(18)), "*token*"),
            (format!("glpat-{}", "x1Y2z3-".repeat(3)), "*token*"),
            (
                "postgres://app:s3cr3t!@db.example.com:5432/app".to_owned(),
                "postgres://app:*password*@db.example.com:5432/app",
            ),
            ("{\"email\":\"jane.doe@mail.example.org\"}".to_owned(), "{\"email\":\"*e-mail address*\"}"),
            ("jane%40example.com".to_owned(), "*e-mail address*"),
            ("4111111111111111".to_owned(), "*card number*"),
            ("card 4111 1111 1111 1111.".to_owned(), "card *card number*."),
            ("card_4111-1111-1111-1111 0".to_owned(), "card_*card number* 0"),
            ("3782-822463-10005".to_owned(), "*card number*"),
            ("d41d8cd98f00b204e9800998ecf8427e".to_owned(), "*hex*"),
            ("key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(), "key *base64*"),
            ("{\"password\":\"hunter2\"}".to_owned(), "{\"password\":\"*secret*\"}"),
            ("?api_key=abc123def&x=1".to_owned(), "?api_key=*secret*&x=1"),
        ];
        for (text, expected) in cases {
            assert_eq!(starred(&text), expected);
        }
    }

    #[test]
    fn ordinary_texts_are_left_alone() {
        let long_word = "a".repeat(100);
        for text in [
            "",
            "The quick brown fox jumps over the lazy dog",
            "Bearer authentication is required",
            "Basic settings",
            "/home/user/Projects2/MyApp/node_modules/express/lib/router/index.js",
            "/app/node_modules/.pnpm/react-dom@18.2.0_react@18.2.0/node_modules/react-dom/cjs/react-dom.development.js",
            "C:\\Users\\Admin\\AppData\\Local\\Programs\\Microsoft VS Code\\Code.exe",
            "file:///srv/app/src/getUserByIdAndReturnTheirSettings2.js",
            "getUserByIdAndReturnTheirSettingsFactoryFactory2FromCache",
            "https://example.com:8080/a/b?page=2#top",
            "http://localhost:3000/@scope/package",
            "logo@2x.png",
            "@scope/package@1.2.3-beta.4",
            "git@github.com:heapdiff/heapdiff.git",
            "v24.21.0",
            "1.2.3-rc.1+build.20261127",
            "2026-11-27T12:48:00.000Z",
            "Fri, 27 Nov 2026 12:48:00 GMT",
            "123e4567-e89b-12d3-a456-426614174000",
            "123E4567-E89B-12D3-A456-426614174000",
            "1732711680000",
            "4111111111111112",
            "#header .nav > li:nth-child(2) { color: #ff00ff; background: url(a.png); }",
            "SELECT id, name FROM users WHERE created_at > '2026-01-01' AND password = ? ORDER BY 1",
            "INSERT INTO tokens (token, user_id) VALUES ($1, $2)",
            "const token = process.env.TOKEN1;",
            "application/x-www-form-urlencoded; charset=utf-8",
            "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:ECDHE-RSA-AES128-GCM-SHA256",
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
            "00000000000000000000000000000000",
            "Float64ArrayPrototypeBYTES_PER_ELEMENT",
            "Uint8ClampedArrayPrototypeBYTES_PER_ELEMENT",
            "ERR_UNHANDLED_ERROR_IN_WORKER_THREAD_12_AND_MORE",
            "some-very-long-kebab-case-identifier-with-Words-2-and-3",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
            &long_word,
        ] {
            assert_eq!(starred(text), text);
        }
    }
}
