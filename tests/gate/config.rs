//! `heapdiff.toml`: what is read, what is refused with which words, and that the schema agrees.

use heapdiff::gate::catalog::{RULES, all_ids};
use heapdiff::gate::config::TABLES;
use heapdiff::gate::{Aggregate, Config, Level, OnMissing};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// Files that are refused, the line, and what is said.
const REFUSED: [(&str, &str); 37] = [
    ("redact = \"yes\"", "line 1: `redact` must be true or false"),
    ("schema = 2", "line 1: `schema` is 2, this version of heapdiff supports 1"),
    ("\n\n[ruels]\n", "line 3: the file has no key `ruels`\n  help: did you mean `rules`?"),
    (
        "[rules]\nleaks = \"eror\"",
        "line 2: `eror` is not a valid level for `leaks`\n  help: valid levels are error, warn and off",
    ),
    ("[rules]\nleaks = 1", "line 2: `leaks` is neither a level nor a table"),
    ("[rules]\n\"leaks.mpa\" = \"warn\"", "line 2: no rule is named `leaks.mpa`\n  help: did you mean `leaks.map`?"),
    ("[rules]\n\"heap.totl\" = \"warn\"", "did you mean `heap.total`?"),
    (
        "[rules]\n\"heap.total\" = { mx = \"1MiB\" }",
        "line 2: `heap.total` has no key `mx`\n  help: did you mean `max`?",
    ),
    (
        "[rules]\n\"heap.total\" = { max = \"lots\" }",
        "line 2: `max` of `heap.total`: `lots` is not a valid amount; write a size as",
    ),
    ("[rules]\n\"heap.total\" = { max = true }", "`max` must be a string or a number"),
    ("[rules]\n\"heap.total\" = { max = [1] }", "`max` must be a string or a number"),
    ("[rules]\n\"heap.total\" = { max = -1 }", "`-1` is not a valid amount"),
    ("[rules]\n\"heap.total\" = \"error\"", "`heap.total` has no limit\n  help: set max or max_growth"),
    ("[rules]\n\"heap.total:x\" = { max = 1 }", "`heap.total` has no subjects, so it takes no pattern"),
    ("[rules]\n\"class.count:\" = { max = 1 }", "has nothing after the colon"),
    ("[rules]\n\"loop.longest-block\" = { max = 100 }", "`100` is not a valid amount; write a time as `20ms`"),
    ("[rules]\n\"package.bytes:x\" = { max = \"5MiB\" }", "has no key `max`"),
    ("[rules]\n\"heap.total\" = { max_growth = \"1MiB\", per = \"day\" }", "`day` is neither `cycle` nor `total`"),
    ("[runs]\nmin = 0", "line 2: `min` must be a whole number, 1 or more"),
    ("[runs]\nmni = 3", "line 2: `runs` has no key `mni`\n  help: did you mean `min`?"),
    ("[runs]\naggregate = \"medain\"", "`medain` is not a valid `aggregate`\n  help: did you mean `median`?"),
    ("[runs]\nsignificance = 5", "`significance` must be a number between 0 and 1, such as 0.05"),
    ("[runs]\nsignificance = 0", "`significance` must be a number between 0 and 1"),
    ("[baseline]\nfile = \" \"", "`file` must be a string"),
    ("[[ignore]]\nrule = \"leaks\"\nreason = \" \"\nuntil = 2027-01-01", "`reason` must be a string"),
    ("[runs]\nbase = [1]", "`base` must be a string"),
    ("[baseline]\nfil = \"x\"", "`baseline` has no key `fil`\n  help: did you mean `file`?"),
    ("[baseline]\non_missing = \"ignore\"", "`ignore` is not a valid `on_missing`"),
    ("[baseline]\ntolerance = \"much\"", "`tolerance`: `much` is not a valid amount; write a share as `5%`"),
    ("[baseline]\nallow_cross_runtime = \"yes\"", "`allow_cross_runtime` must be true or false"),
    ("ignore = 1", "`ignore` must be a list of tables\n  help: write `[[ignore]]`"),
    ("[[ignore]]\nrule = \"leaks\"\nuntil = 2027-01-01", "an ignore has no `reason`\n  help: say why"),
    ("[[ignore]]\nrule = \"leaks\"\nreason = \"x\"", "an ignore has no `until`"),
    ("[[ignore]]\nreason = \"x\"\nuntil = 2027-01-01", "an ignore has no `fingerprint`"),
    (
        "[[ignore]]\nrule = \"leaks\"\nreason = \"x\"\nuntil = \"soon\"",
        "`soon` is not a date\n  help: write it as `2027-01-31`",
    ),
    ("[[ignore]]\nrule = \"leaks\"\nfingerprint = \"a\"\nreason = \"x\"\nuntil = 2027-01-01", "not both"),
    ("[rules\n", "line 1: "),
];

/// Files that are read.
const READ: [&str; 6] = [
    "",
    "schema = 1\n[rules]\nleaks = \"warn\"\n\"leaks.map:Lru*\" = \"off\"\n\"suspects.timers\" = { level = \"warn\", floor = \"64KiB\" }",
    "[rules]\n\"heap.total\" = { max = \"1GiB\", max_growth = \"5%\", floor = 65536, per = \"cycle\" }\n\"class.count:Session\" = { max = 0 }",
    "[rules]\n\"cpu.new-hot-spot\" = { min_share = \"5%\" }\n\"gc.share\" = { max = \"15%\" }\n\"loop.sync-call:fs.*Sync\" = \"error\"",
    "[runs]\nbase = \"a/*.cpuprofile\"\nhead = [\"b/*.cpuprofile\"]\nmin = 3\naggregate = \"min\"\nsignificance = 0.01",
    "[baseline]\nfile = \"b.json\"\non_missing = \"warn\"\ntolerance = \"50%\"\nallow_cross_runtime = true\n[[ignore]]\nfingerprint = \"0123\"\nreason = \"x\"\nuntil = 2027-01-31",
];

#[test]
fn errors_say_where_and_what_to_do() {
    for (text, said) in REFUSED {
        let error = Config::parse(text).expect_err(text).to_string();
        assert!(error.contains(said), "{text}\n{error}");
    }
}

#[test]
fn files_are_read() {
    for text in READ {
        Config::parse(text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    }
    let runs = Config::parse(READ[4]).unwrap();
    assert_eq!((runs.base, runs.head), (vec!["a/*.cpuprofile".to_owned()], vec!["b/*.cpuprofile".to_owned()]));
    assert_eq!((runs.settings.min_runs, runs.settings.aggregate), (3, Aggregate::Min));
    let baseline = Config::parse(READ[5]).unwrap();
    assert_eq!((baseline.on_missing_baseline, baseline.settings.baseline_tolerance), (OnMissing::Warn, 0.5));
    assert_eq!(baseline.ignores[0].until.to_string(), "2027-01-31");
    let rules = Config::parse(READ[1]).unwrap().rules;
    assert_eq!(rules.all()[0].level, Level::Warn);
}

#[test]
fn the_template_is_read_with_and_without_its_comments() {
    let template = include_str!("../../src/cli/check/heapdiff.template.toml");
    Config::parse(template).unwrap();
    // Examples that stand for one another have the same key: each is tried by itself.
    let examples: Vec<&str> = template.lines().filter_map(|line| line.strip_prefix("#\"")).collect();
    assert!(examples.len() > 8);
    for example in examples {
        Config::parse(&format!("[rules]\n\"{example}")).unwrap_or_else(|e| panic!("{e}\n{example}"));
    }
    let rest = template.lines().skip_while(|line| !line.starts_with("#[runs]"));
    let rest: Vec<&str> = rest.map(|line| line.strip_prefix('#').unwrap_or(line)).collect();
    let rest: Vec<&str> = rest.into_iter().filter(|line| !line.starts_with(' ')).collect();
    let config = Config::parse(&rest.join("\n")).unwrap();
    assert_eq!((config.ignores.len(), config.settings.min_runs), (1, 3));
}

fn schema() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema/heapdiff.toml.schema.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// TOML as the JSON that a schema's validator takes.
fn as_json(text: &str) -> Option<Value> {
    fn value(from: &toml::de::DeValue<'_>) -> Value {
        use toml::de::DeValue;
        match from {
            DeValue::String(text) => json!(text),
            DeValue::Integer(number) => json!(i64::from_str_radix(number.as_str(), number.radix()).unwrap()),
            DeValue::Float(number) => json!(number.as_str().parse::<f64>().unwrap()),
            DeValue::Boolean(is) => json!(is),
            DeValue::Datetime(day) => json!(day.to_string()),
            DeValue::Array(all) => all.iter().map(|one| value(one.get_ref())).collect(),
            DeValue::Table(table) => table
                .iter()
                .map(|(key, one)| (key.get_ref().to_string(), value(one.get_ref())))
                .collect::<Map<_, _>>()
                .into(),
        }
    }
    let root = toml::de::DeTable::parse(text).ok()?;
    Some(
        root.get_ref()
            .iter()
            .map(|(key, one)| (key.get_ref().to_string(), value(one.get_ref())))
            .collect::<Map<_, _>>()
            .into(),
    )
}

#[test]
fn the_schema_agrees_with_the_parser() {
    let schema = schema();
    let validator = jsonschema::options().offline().build(&schema).unwrap();
    for text in READ.iter().chain(&[include_str!("../../src/cli/check/heapdiff.template.toml")]) {
        let document = as_json(text).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{text}\n{errors:?}");
    }
    for (text, said) in REFUSED {
        if let Some(document) = as_json(text) {
            assert!(!validator.is_valid(&document), "the schema accepts what is refused with `{said}`:\n{text}");
        }
    }
}

#[test]
fn the_schema_knows_every_key() {
    let schema = schema();
    let keys = |pointer: &str| -> BTreeSet<String> {
        let object = schema.pointer(pointer).unwrap_or_else(|| panic!("{pointer}")).as_object().unwrap();
        object.keys().cloned().collect()
    };
    for (table, known) in TABLES {
        let pointer = match table {
            "" => "/properties".to_owned(),
            "ignore" => "/$defs/ignore/properties".to_owned(),
            table => format!("/properties/{table}/properties"),
        };
        assert_eq!(keys(&pointer), known.iter().map(|key| (*key).to_owned()).collect(), "{table}");
    }
    let patterns = keys("/properties/rules/patternProperties");
    for id in all_ids() {
        let matching = patterns.iter().filter(|pattern| {
            let whole = json!({ "type": "object", "propertyNames": { "pattern": pattern }, "minProperties": 1 });
            jsonschema::validator_for(&whole).unwrap().is_valid(&json!({ id.as_str(): 1 }))
        });
        assert_eq!(matching.count(), 1, "{id}");
    }
    for spec in RULES {
        let def = keys(&format!("/$defs/{}/oneOf/1/properties", spec.id.as_str().replace('.', "-")));
        let known: BTreeSet<String> =
            spec.keys.iter().map(|key| (*key).to_owned()).chain(["level".to_owned()]).collect();
        assert_eq!(def, known, "{}", spec.id);
    }
}
