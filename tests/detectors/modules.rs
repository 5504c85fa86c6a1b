//! Modules that are loaded again and again.

use crate::check::{check, check_detail, times};

#[test]
fn commonjs_modules_in_the_cache() {
    let one = "cache -\"/srv/gen/#.js\"-> m#(Module) -exports-> e#(Object) -run-> f#:closure(run){1,#,0}
               m# -children-> c#(Array)
               m# -filename-> n#:string(/srv/gen/x.js)";
    let before =
        format!("runtimeScope -context $Module-> M:closure(Module) -_cache-> cache(Object); {}", times(0..5, one));
    let more = times(5..45, one);
    check(&before, &[&more], &["leak modules +40 loaded CommonJS modules"]);
    check_detail(&before, &[&more], &["delete require.cache[id]", "module.parent.children"]);
}

#[test]
fn commonjs_modules_among_the_children_of_their_parent() {
    let one = "children -[#]-> m#(Module) -exports-> e#(Object) -run-> f#:closure(run){1,#,0}
               m# -children-> c#(Array); m# -paths-> p#(Array)";
    let before = format!(
        "runtimeScope -context $Module-> M:closure(Module) -_cache-> cache(Object)
         cache -\"/srv/app.js\"-> m(Module) -exports-> e(Object); m -children-> children(Array)
         m -filename-> n:string(/srv/app.js); {}",
        times(0..5, one)
    );
    check(&before, &[&times(5..45, one)], &["leak modules +40 loaded CommonJS modules"]);
}

#[test]
fn es_modules_in_the_loaders_cache() {
    let one = "table -internal 1#-> j#(ModuleJob) -module-> w#(ModuleWrap) \
               -internal 1-> s#:hidden(system / SourceTextModule) -internal code-> f#:closure(run){1,#,0}";
    let before = format!(
        "runtimeScope -context cascadedLoader-> loader(ModuleLoader) -loadCache-> cache(LoadCache)
         cache -internal table-> table:array; {}",
        times(0..5, one)
    );
    let more = times(5..45, one);
    check(&before, &[&more], &["leak modules +40 loaded ES modules"]);
    check_detail(&before, &[&more], &["import each module under one specifier"]);
}

#[test]
fn modules_that_are_loaded_once_are_a_step() {
    let one = "cache -\"/srv/lib/#.js\"-> m#(Module) -exports-> e#(Object) -run-> f#:closure(run){1,#,0}
               m# -children-> c#(Array)
               m# -filename-> n#:string(/srv/lib/x.js)";
    let before =
        format!("runtimeScope -context $Module-> M:closure(Module) -_cache-> cache(Object); {}", times(0..5, one));
    check(&before, &[&times(5..45, one), ""], &["growth plateau modules +40 loaded CommonJS modules"]);
    check(&before, &["", &times(5..45, one)], &["growth step modules +40 loaded CommonJS modules"]);
}

#[test]
fn what_a_module_exports_is_none() {
    let one = "table -internal 1#-> s#(Session)";
    let before = format!(
        "runtimeScope -context $Module-> M:closure(Module) -_cache-> cache(Object)
         cache -\"/srv/cache.js\"-> m(Module) -exports-> sessions(Map) -internal table-> table:array
         m -children-> c(Array); m -filename-> n:string(/srv/cache.js); {}",
        times(0..5, one)
    );
    // The way leads through the runtime's scopes, but the module is the program's.
    check(&before, &[&times(5..45, one)], &["leak map +40 Session entries in Map"]);
}

#[test]
fn variables_of_an_es_module_are_the_programs() {
    let one = "table -internal 1#-> s#(Session)";
    let before = format!(
        "runtimeScope -context cascadedLoader-> loader(ModuleLoader) -loadCache-> cache(LoadCache) \
         -internal table-> jobs:array
         jobs -internal 4-> j(ModuleJob) -module-> w(ModuleWrap) -internal 1-> s:hidden(system / SourceTextModule)
         s -internal code-> scope(system / Context) -context sessions-> sessions(Map) -internal table-> table:array
         app -get-> get:closure{{1,3,0}} -internal shared-> userCode; get -internal context-> scope; {}",
        times(0..5, one)
    );
    check(&before, &[&times(5..45, one)], &["leak map +40 Session entries in Map"]);
}

#[test]
fn copies_in_the_cache_and_among_the_children_are_one_finding() {
    let one = "cache -\"/srv/gen/#.js\"-> m#(Module) -exports-> e#(Object) -run-> f#:closure(run){1,#,0}
               children -[#]-> m#; m# -children-> c#(Array); m# -filename-> n#:string(/srv/gen/x.js)";
    let before = format!(
        "runtimeScope -context $Module-> M:closure(Module) -_cache-> cache(Object)
         cache -\"/srv/app.js\"-> main0(Module) -exports-> e(Object); main0 -children-> children(Array)
         main0 -filename-> n:string(/srv/app.js); {}",
        times(0..5, one)
    );
    check(&before, &[&times(5..45, one)], &["leak modules +40 loaded CommonJS modules"]);
}

#[test]
fn modules_by_different_names_are_different_modules() {
    let one = "cache -\"/srv/gen/#.js\"-> m#(Module) -exports-> e#(Object) -run-> f#:closure(run){1,#,0}
               m# -children-> c#(Array); m# -filename-> n#:string(/srv/gen/#.js)";
    let before =
        format!("runtimeScope -context $Module-> M:closure(Module) -_cache-> cache(Object); {}", times(0..5, one));
    check_detail(&before, &[&times(5..45, one)], &["fix: do not load generated files or code as modules"]);
    // One file under many names.
    let one = "table -internal 1#-> j#(ModuleJob) -url-> u#:string(file:///srv/x.mjs?v=#)
               j# -module-> w#(ModuleWrap) -internal 1-> s#:hidden(system / SourceTextModule)
               s# -internal code-> f#:closure(run){1,#,0}";
    let before = format!(
        "runtimeScope -context cascadedLoader-> loader(ModuleLoader) -loadCache-> cache(LoadCache)
         cache -internal table-> table:array; {}",
        times(0..5, one)
    );
    check_detail(&before, &[&times(5..45, one)], &["fix: import each module under one specifier"]);
}
