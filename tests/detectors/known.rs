//! Known leaks: each row of the catalogue on a graph of its shape, with a version that has it and with one that has not.

use crate::check::{Compared, TARGET, growing, links};
use heapdiff::heap::detect::known::{LEAKS, Software, Version};

/// `process` of Node, with a version.
fn node(version: &str) -> String {
    format!(
        "global -process-> process(process) -version-> pv:string(v{version}); process -versions-> vs(Object)
         vs -undici-> vu:string({version})"
    )
}

/// A function of a file: what `shared` leads to.
fn code(file: &str) -> String {
    format!(
        "global -fileCode-> fn:closure(load){{9,0,0}} -internal shared-> fileInfo:code(load)
         fileInfo -internal script-> fileScript:code({file})"
    )
}

/// Where a package is, in the folders of pnpm.
fn installed(package: &str, version: &str, file: &str) -> String {
    let folder = package.replace('/', "+");
    format!("/srv/node_modules/.pnpm/{folder}@{version}/node_modules/{package}/{file}")
}

/// A signal whose `abort` listeners are closures of a function in a script, kept by its scope.
fn on_signal(function: &str) -> (String, String) {
    let before = format!(
        "{TARGET}; app -signal-> signal(AbortSignal) -__proto__-> targetProto
         signal -\"<symbol kEvents>\"-> events(Map) -internal table-> table:array
         table -internal 3-> name:string(abort); table -internal 4-> first(Object) -next-> l0(Listener)
         l0 -previous-> first; l0 -callback-> f0:closure({function}){{9,1,1}}"
    );
    let one = format!("l^ -next-> l#(Listener) -previous-> l^; l# -callback-> f#:closure({function}){{9,1,1}}");
    (before, one)
}

/// Ten objects, then forty, then eighty.
fn lines(heap: &str, one: &str) -> String {
    let before = format!("{heap}; {}", links(1..10, one));
    Compared::new(&growing(&before, &[&links(10..50, one), &links(50..90, one)])).in_detail()
}

/// The graphs: the number of the row, what is always there, what comes again and again.
fn shape(row: usize, version: &str) -> (String, String) {
    let leak = &LEAKS[row];
    let package = match leak.software {
        Software::Package(name) => name,
        _ => "",
    };
    let of_package = |file: &str| code(&installed(package, version, file));
    let on_signal_of = |file: &str, function: &str| {
        let (heap, one) = on_signal(function);
        (format!("{}; {heap}", of_package(file)), one)
    };
    match leak.issue {
        "nodejs/node#63574" if leak.about.starts_with("memory") => (
            node(version),
            "root -[3]-> gh:synthetic((Global handles)); gh -[1#]-> b#(Blob) -internal 1-> q#:native(Node / DataQueue)
             gh -[2#]-> r#(Object) -internal 1-> q# -internal 1-> m#:native(Node / BackingStore):20000"
                .to_owned(),
        ),
        "nodejs/node#63574" => (
            format!("{}; root -[3]-> env:native(Node / Environment)", node(version)),
            "env -[#]-> nr#:native(Node / Blob::Reader) -internal j-> r#(BlobReader)".to_owned(),
        ),
        "nodejs/node#55351" => (
            format!("{}; app -signal-> s(AbortSignal) -\"<symbol kDependantSignals>\"-> set(Set) -internal table-> t:array:900", node(version)),
            "t -internal #-> w#(WeakRef)".to_owned(),
        ),
        "nodejs/node#64476" => (
            format!("{}; app -ctx-> c(system / Context) -context gcPersistentSignals-> set(Set) -internal table-> t:array:900", node(version)),
            "t -internal #-> w#(AbortSignal) -\"<symbol kSourceSignals>\"-> ss#(Set); w# -\"<symbol kReason>\"-> e#(DOMException)".to_owned(),
        ),
        "nodejs/node#53335" => (
            format!("{}; app -ctx-> c(system / Context) -context knownTimersById-> d(Object)", node(version)),
            "d -[#]-> w#(Timeout)".to_owned(),
        ),
        "nodejs/undici#4424" => (
            format!("{}; app -agent-> a(Agent){{9,1,1}} -\"<symbol clients>\"-> m(Map) -internal table-> t:array:900", of_package("lib/dispatcher/agent.js")),
            "t -internal #-> w#(Pool)".to_owned(),
        ),
        "sindresorhus/p-retry#71" | "sindresorhus/p-timeout#42" => on_signal_of("index.js", "onAbort"),
        "sindresorhus/got#2160" => on_signal_of("dist/source/core/index.js", "abort"),
        "anthropics/anthropic-sdk-typescript#895" | "openai/openai-node#1811" => {
            on_signal_of("client.js", "fetchWithTimeout")
        }
        "langchain-ai/langchainjs#6461" => on_signal_of("dist/utils/signal.cjs", "raceWithSignal"),
        "langchain-ai/langchainjs#7963" => on_signal_of("dist/runnables/base.cjs", "abort"),
        "smithy-lang/smithy-typescript#1332" => on_signal_of("dist-cjs/index.js", "onAbort"),
        "discordjs/discord.js#11594" => on_signal_of("dist/index.js", "makeNetworkRequest"),
        "getsentry/sentry-javascript#22860" => (
            format!("{}; app -span-> s(Span) -_sentryChildSpans-> set(Set) -internal table-> t:array:900", of_package("build/cjs/utils/spanUtils.js")),
            "t -internal #-> w#(Span)".to_owned(),
        ),
        "modelcontextprotocol/typescript-sdk#2559" => (
            format!("{}; app -transport-> s(WebStandardStreamableHTTPServerTransport){{9,1,1}} -_streamMapping-> set(Map) -internal table-> t:array:900", of_package("dist/esm/server/webStandardStreamableHttp.js")),
            "t -internal #-> w#(Object) -resolveJson-> f#:closure(resolve)".to_owned(),
        ),
        "forwardemail/tangerine#12" => (
            format!("{}; app -dns-> s(Tangerine){{9,1,1}} -abortControllers-> set(Set) -internal table-> t:array:900", of_package("index.js")),
            "t -internal #-> w#(AbortController)".to_owned(),
        ),
        "grpc/grpc-node#2394" => (
            format!("{}; app -register-> f:closure(registerChannelzSocket){{9,1,1}} -internal context-> c(system / Context) -context sockets-> a(Array)
                     f -internal shared-> fileInfo", of_package("build/src/channelz.js")),
            "a -[#]-> w#(Object) -ref-> r#(Object); w# -getInfo-> g#:closure(getInfo)".to_owned(),
        ),
        "restatedev/sdk-typescript#706" => (
            format!("{}; app -ctx-> c(system / Context) -context invocationLoggers-> m(Map) -internal table-> t:array:900", of_package("dist/endpoint/handlers/core_logging.js")),
            "t -internal #-> w#(Logger)".to_owned(),
        ),
        other => panic!("{other} has no graph"),
    }
}

fn shown(version: Version) -> String {
    format!("{}.{}.{}", version.0, version.1, version.2)
}

#[test]
fn each_known_leak_is_named_in_its_versions_only() {
    let mut wrong = Vec::new();
    for (row, leak) in LEAKS.iter().enumerate() {
        let said = format!("evidence: known: {}, in {} ", leak.issue, leak.software);
        for affected in leak.affected {
            let first = affected.since.or(affected.last).or_else(|| {
                affected.fixed.map(|fixed| {
                    // Some release before it.
                    if fixed.1 > 0 { Version(fixed.0, fixed.1 - 1, 9) } else { Version(fixed.0 - 1, 9, 9) }
                })
            });
            let (heap, one) = shape(row, &shown(first.unwrap()));
            let detail = lines(&heap, &one);
            if !detail.contains(&said) {
                wrong.push(format!("{} {first:?}: not said in\n{detail}", leak.about));
            }
            let without = affected.fixed.unwrap_or(Version(99, 0, 0));
            let (heap, one) = shape(row, &shown(without));
            if lines(&heap, &one).contains("known:") {
                wrong.push(format!("{} {without:?}: said", leak.about));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_line_says_versions_and_what_to_do() {
    let (heap, one) = shape(0, "24.16.0");
    let detail = lines(&heap, &one);
    assert!(
        detail.contains("evidence: known: nodejs/node#63574, in Node 24.16 to 24.19; upgrade to 24.20 or later"),
        "{detail}"
    );
    // A version that the snapshot does not tell, in a folder of npm.
    let row = LEAKS.iter().position(|leak| leak.issue == "sindresorhus/p-retry#71").unwrap();
    let (heap, one) = shape(row, "5.1.2");
    let heap = heap.replace("/.pnpm/p-retry@5.1.2/node_modules", "");
    let detail = lines(&heap, &one);
    let said =
        "known: sindresorhus/p-retry#71, in p-retry before 6.0 (the snapshot does not say which version this is)";
    assert!(detail.contains(said), "{detail}");
    // The program has loaded the `package.json`.
    let package = |version: &str| {
        format!(
            "{heap}; app -module-> mod(Module) -filename-> mf:string(/srv/node_modules/p-retry/package.json)
             mod -exports-> me(Object) -version-> mv:string({version})"
        )
    };
    assert!(
        lines(&package("5.1.2"), &one)
            .contains("known: sindresorhus/p-retry#71, in p-retry before 6.0; upgrade to 6.0")
    );
    assert!(!lines(&package("6.2.0"), &one).contains("known:"));
}

#[test]
fn names_alone_are_no_known_leak() {
    // The program's own listeners, Map of clients, and Deno, which has names of Node.
    let (heap, one) = on_signal("onAbort");
    let own = format!("{}; {heap}", code("/srv/app/p-retry/index.js"));
    assert!(!lines(&own, &one).contains("known:"));
    let row = LEAKS.iter().position(|leak| leak.issue == "nodejs/undici#4424").unwrap();
    let (heap, one) = shape(row, "7.14.0");
    assert!(!lines(&heap.replace("node_modules", "modules"), &one).contains("known:"));
    let row = LEAKS.iter().position(|leak| leak.issue == "nodejs/node#55351").unwrap();
    let (heap, one) = shape(row, "22.9.0");
    assert!(!lines(&format!("{heap}; vs -deno-> vd:string(2.0.0)"), &one).contains("known:"));
    // What accumulates below one of the clients.
    let row = LEAKS.iter().position(|leak| leak.issue == "nodejs/undici#4424").unwrap();
    let (heap, _) = shape(row, "7.14.0");
    let below = format!("{heap}; t -internal 0-> pool(Pool) -queue-> queue(Map) -internal table-> qt:array:900");
    assert!(!lines(&below, "qt -internal #-> w#(Request)").contains("known:"));
}
