//! What bounds growth, and what explains it otherwise; and places that are found in every snapshot.

use crate::check::{Compared, check, check_detail, check_heaps, growing, times};

/// Entries of a Map that a cache of the program's has.
const ENTRY: &str = "table -internal 1#-> e#(Entry)";

fn cache(more: &str) -> String {
    format!(
        "app -cache-> cache(Cache) -entries-> map(Map) -internal table-> table:array; {more}; {}",
        times(100..150, ENTRY)
    )
}

#[test]
fn a_limit_beside_the_collection_makes_it_a_suspect() {
    let more = [times(150..250, ENTRY), times(250..350, ENTRY)];
    let more = [more[0].as_str(), &more[1]];
    check(&cache(""), &more, &["leak growing map +200 Entry entries in Map"]);
    // The name of a field that is a small number stands in the hidden class.
    let hidden = |name: &str| {
        cache(&format!(
            "cache -internal map-> shape:shape(system / Map) -internal descriptors-> names:shape(system / DescriptorArray)
             names -internal 0-> name:string({name})"
        ))
    };
    check(&hidden("maxSize"), &more, &["suspect growing map +200 Entry entries in Map"]);
    check_detail(&hidden("maxSize"), &more, &["it has a limit (`maxSize`), so it may be a cache that is filling up"]);
    check(&hidden("_maxListeners"), &more, &["leak growing map +200 Entry entries in Map"]);
    // With its value, more than that is a leak: whatever should remove entries does not.
    let with_value = |limit: u32| {
        cache(&format!("cache -limit-> limit:number(heap number) -internal value-> value:string({limit})"))
    };
    check(&with_value(1000), &more, &["suspect growing map +200 Entry entries in Map"]);
    check_detail(&with_value(1000), &more, &["it has a limit (`limit` is 1,000)"]);
    check(&with_value(200), &more, &["leak growing map +200 Entry entries in Map"]);
    check_detail(&with_value(200), &more, &["reason: likely", "its limit is 200 (`limit`), but it contains 250"]);
    // What has stopped is none, whatever its limit; that there are more than a limit needs no third snapshot.
    check(&with_value(200), &[&times(150..350, ENTRY), ""], &["growth plateau map +200 Entry entries in Map"]);
    let (empty, few) = (with_value(200).replace(&times(100..150, ENTRY), ""), with_value(300));
    check(&empty, &[&times(100..350, ENTRY)], &["leak map +250 Entry entries in Map"]);
    check(
        &few.replace(&times(100..150, ENTRY), ""),
        &[&times(100..350, ENTRY)],
        &["suspect map +250 Entry entries in Map"],
    );
    // None at all, as 0 often means, is no number to compare with.
    check(&with_value(0), &more, &["suspect growing map +200 Entry entries in Map"]);
    check_detail(&with_value(0), &more, &["it has a limit (`limit`), so it may be"]);
    // A limit on age says nothing about the number.
    let with_age = with_value(200).replace("-limit->", "-maxAge->");
    check(&with_age, &more, &["suspect growing map +200 Entry entries in Map"]);
    check_detail(&with_age, &more, &["it has a limit (`maxAge`), so it may be"]);
}

#[test]
fn a_limit_beside_an_array_that_grew_itself_counts() {
    let lines = |field: &str| {
        let heap = |bytes: u64| {
            format!(
                "{}; app -log-> log(Log) -{field}-> n:number(heap number) -internal value-> text:string(90000)
                 log -samples-> samples(Array) -internal elements-> store:array:{bytes}",
                crate::check::PROGRAM
            )
        };
        Compared::new(&[heap(100), heap(40_000), heap(80_000)]).lines()
    };
    assert_eq!(lines("count"), ["leak growing array +79900 bytes of elements in Array"]);
    assert_eq!(lines("maxBytes"), ["suspect growing array +79900 bytes of elements in Array"]);
}

#[test]
fn a_limit_in_a_private_field_counts() {
    let more = [times(150..250, ENTRY), times(250..350, ENTRY)];
    // Older V8 calls the text of a symbol `name`, newer `description`.
    for text in ["name", "description"] {
        let private = cache(&format!(
            "cache -internal map-> shape:shape(system / Map) -internal descriptors-> names:shape(system / DescriptorArray)
             names -internal 0-> key:symbol(symbol) -internal {text}-> text:string(#maxSize)"
        ));
        check_detail(
            &private,
            &[&more[0], &more[1]],
            &["it has a limit (`#maxSize`), so it may be a cache that is filling up"],
        );
    }
}

#[test]
fn a_name_that_says_recent_makes_it_a_suspect() {
    let one = "list -[#]-> e#(Report)";
    let more = [times(20..60, one), times(60..100, one)];
    for (name, verdict) in [("recentErrors", "suspect"), ("errors", "leak")] {
        let before = format!("app -{name}-> list(Array); {}", times(0..20, one));
        check(&before, &[&more[0], &more[1]], &[&format!("{verdict} growing array +80 Report elements in Array")]);
    }
}

#[test]
fn a_store_that_was_made_for_all_of_it_is_filled() {
    let one = "store -internal #-> e#(Line); ring -[#]-> e#";
    let heap = |count: usize, slots: u64| {
        let bytes = 16 + 8 * slots;
        format!(
            "{}; app -lines-> ring(Array):32 -internal elements-> store:array():{bytes}; {}",
            crate::check::PROGRAM,
            times(0..count, one)
        )
    };
    // Of 1500 places, 400, 800 and 1200 are taken.
    let prepared = [heap(400, 1500), heap(800, 1500), heap(1200, 1500)];
    check_heaps(&prepared, &["growth growing array +800 Line elements in Array"]);
    assert!(Compared::new(&prepared).first_in_detail().contains("it fills an array that was created with 1,500 slots"));
    // One that is pushed to gets a larger store now and then.
    let pushed = [heap(400, 500), heap(800, 1000), heap(1200, 1500)];
    check_heaps(&pushed, &["leak growing array +800 Line elements in Array"]);
    // And has room for some more.
    let room = [heap(400, 520), heap(440, 520), heap(480, 520)];
    check_heaps(&room, &["leak growing array +80 Line elements in Array"]);
    // To the last place, but not beyond.
    let full = [heap(400, 1200), heap(800, 1200), heap(1200, 1200)];
    check_heaps(&full, &["growth growing array +800 Line elements in Array"]);
    let larger = [heap(400, 1500), heap(800, 1500), heap(1200, 3000)];
    check_heaps(&larger, &["leak growing array +800 Line elements in Array"]);
}

#[test]
fn one_for_each_of_what_was_there_is_a_field_that_is_filled() {
    let product = "table -internal 1#-> p#(Product)";
    let before = format!("app -products-> map(Map) -internal table-> table:array; {}", times(0..300, product));
    let label = "p# -label-> l#(Label)";
    let more = [times(0..100, label), times(100..200, label)];
    let lines = Compared::new(&growing(&before, &[&more[0], &more[1]])).lines();
    assert!(lines[0].starts_with("growth"), "{lines:?}");
    check_detail(&before, &[&more[0], &more[1]], &["there is one for each of 200 objects that existed before"]);
    // Several each are something that is added again and again.
    let labels = "p# -labels-> q#(Array) -[#]-> l#(Label); q# -[1#]-> m#(Label); q# -[2#]-> n#(Label)";
    let before = format!("{before}; {}", times(0..100, "p# -labels-> q#(Array)"));
    let more = [times(0..100, labels), times(0..100, "q# -[3#]-> o#(Label); q# -[4#]-> s#(Label)")];
    let lines = Compared::new(&growing(&before, &[&more[0], &more[1]])).lines();
    assert!(!lines[0].starts_with("growth"), "{lines:?}");
}

#[test]
fn combinations_of_known_words_are_labels() {
    let label = |key: &str, i: usize| format!("counts -\"{key}\"-> e{i}(Object)");
    let key = |i: usize| format!("route:/r{},status:{},tenant:t{}", i % 7, 200 + i % 3, i % 11);
    let labels = |range: std::ops::Range<usize>| range.map(|i| label(&key(i), i)).collect::<Vec<_>>().join("; ");
    let before = format!("app -counter-> counter(Counter) -hashMap-> counts(Object); {}", labels(0..100));
    let more = [labels(100..140), labels(140..180)];
    let lines = Compared::new(&growing(&before, &[&more[0], &more[1]])).lines();
    assert!(lines[0].starts_with("suspect growing object +80"), "{lines:?}");
    check_detail(&before, &[&more[0], &more[1]], &["the new keys combine parts of existing keys"]);
    // Each has a word of its own: there is no end of them.
    let key = |i: usize| format!("route:/r{},status:{},user:u{i}", i % 7, 200 + i % 3);
    let labels = |range: std::ops::Range<usize>| range.map(|i| label(&key(i), i)).collect::<Vec<_>>().join("; ");
    let before = format!("app -counter-> counter(Counter) -hashMap-> counts(Object); {}", labels(0..100));
    let more = [labels(100..140), labels(140..180)];
    let lines = Compared::new(&growing(&before, &[&more[0], &more[1]])).lines();
    assert!(lines[0].starts_with("leak growing object +80"), "{lines:?}");
}

#[test]
fn a_queue_that_gets_longer_is_a_leak_and_a_batch_is_not() {
    let heap = |count: usize, from: usize, array: &str| {
        format!(
            "{}; app -queue-> {array}; {}",
            crate::check::PROGRAM,
            times(from..from + count, "list -[#]-> r#(Row)@1#0001")
        )
    };
    let counts = [60, 120, 190, 260];
    let at = |array: &dyn Fn(usize) -> String, upto: usize| -> Vec<String> {
        (0..upto).map(|i| heap(counts[i], 1000 * (i + 1), &array(i))).collect()
    };
    // All are others each time.
    let queue = |_: usize| "list(Array)@901".to_owned();
    check_heaps(&at(&queue, 4), &["leak growing array +200 Row elements in Array"]);
    assert!(Compared::new(&at(&queue, 4)).first_in_detail().contains("there are more and more of them"));
    // Two rises are chance.
    check_heaps(&at(&queue, 3), &["suspect growing array +130 Row elements in Array"]);
    // An array that is made anew each time is emptied at once.
    let batch = |i: usize| format!("list(Array)@{}", 903 + 2 * i);
    let lines = Compared::new(&at(&batch, 4)).lines();
    assert!(lines.iter().all(|line| !line.starts_with("leak")), "{lines:?}");
}

#[test]
fn arrays_in_a_map_are_looked_through() {
    let day = |day: usize, count: usize| {
        format!(
            "table -internal {day}-> d{day}(Array):400; {}",
            times(0..count, &format!("d{day} -[#]-> i{day}x#(Item)"))
        )
    };
    let before = format!("app -days-> map(Map) -internal table-> table:array; {}", day(0, 20));
    let lines = Compared::new(&growing(&before, &[&day(1, 200), &day(2, 200)])).lines();
    assert_eq!(lines[0], "leak growing map +400 Item objects in Map", "{lines:?}");
}

#[test]
fn a_ring_that_is_entered_at_two_places_is_one_place() {
    let timer = "tail -_x#-> t#(Timeout) -_idlePrev-> t^; t^ -_idleNext-> t#
                 t# -_onTimeout-> f#:closure(ping){1,4,0}; last -timer-> t#";
    let ring = |range: std::ops::Range<usize>| crate::check::links(range, timer).replace("tail -_x", "known -x");
    let before = format!(
        "runtimeScope -context timerListMap-> lists(Object) -[50]-> tail(TimersList)
         tail -_idleNext-> t0(Timeout) -_idlePrev-> tail; t0 -_onTimeout-> f0:closure(ping){{1,4,0}}
         app -known-> known(Known); app -last-> last(Last); {}",
        ring(1..20)
    );
    let lines = Compared::new(&growing(&before, &[&ring(20..60), &ring(60..100)])).lines();
    assert_eq!(lines.iter().filter(|line| line.starts_with("leak")).count(), 1, "{lines:?}");
    assert!(lines[0].starts_with("leak growing timers +80"), "{lines:?}");
}

#[test]
fn lists_of_timers_of_other_delays_are_other_places() {
    let timer = |list: &str, i: usize| {
        let id = if list == "long" { 20_001 + 4 * i } else { 40_001 + 4 * i };
        format!(
            "{list} -_x{i}-> {list}t{i}(Timeout)@{id} -_idleNext-> {list}; {list}t{i} -_idlePrev-> {list}
             {list}t{i} -_onTimeout-> {list}f{i}:closure(poll)@{}",
            id + 2
        )
    };
    let timers =
        |list: &str, range: std::ops::Range<usize>| range.map(|i| timer(list, i)).collect::<Vec<_>>().join("; ");
    // Of those of 50 ms none is left; those of 60 s stay.
    let heap = |short: std::ops::Range<usize>, long: usize| {
        format!(
            "{}; runtimeScope -context timerListMap-> lists(Object); lists -[50]-> short(TimersList); lists -[60000]-> long(TimersList); {}; {}",
            crate::check::PROGRAM,
            timers("long", 0..long),
            timers("short", short),
        )
    };
    let heaps = [heap(0..80, 20), heap(80..130, 60), heap(130..150, 100)];
    let lines = Compared::new(&heaps).lines();
    assert!(lines[0].starts_with("leak growing timers +80 timers (60000 ms)"), "{lines:?}");
}

#[test]
fn keys_and_values_of_one_map_are_one_finding_whatever_their_numbers() {
    // Each time 200 sessions come and go, of which 20 stay; every second key is a text that was there before.
    let heap = |stays: usize, from: usize| {
        let session = |i: usize| {
            let key = if i.is_multiple_of(2) {
                format!("; table -internal 2{i}-> k{i}:string@{}", 200_001 + 2 * i)
            } else {
                String::new()
            };
            format!("table -internal 1{i}-> s{i}(Session)@{}{key}", 100_001 + 2 * i)
        };
        let all: Vec<String> = (0..stays).chain(from..from + 200).map(session).collect();
        format!("{}; app -sessions-> map(Map) -internal table-> table:array; {}", crate::check::PROGRAM, all.join("; "))
    };
    let lines = Compared::new(&[heap(50, 1000), heap(70, 2000), heap(90, 3000)]).lines();
    assert_eq!(lines.iter().filter(|line| !line.starts_with("  with")).count(), 1, "{lines:?}");
    assert!(lines[0].starts_with("leak growing map +40 Session entries"), "{lines:?}");
}

/// Rooms with a history each, in a Map. Room `i` has its messages from the first to below the last number.
fn rooms(histories: &[std::ops::Range<usize>]) -> String {
    let room = |(i, messages): (usize, &std::ops::Range<usize>)| {
        let id = |message: usize| 100_001 + 20_000 * i + 2 * message;
        let one = |message: usize| format!("h{i} -[{message}]-> m{i}x{message}(Message)@{}", id(message));
        format!(
            "table -internal {i}-> r{i}(Room)@{} -history-> h{i}(Array)@{}; {}",
            5001 + 4 * i,
            5003 + 4 * i,
            messages.clone().map(one).collect::<Vec<_>>().join("; ")
        )
    };
    let all: Vec<String> = histories.iter().enumerate().map(room).collect();
    format!("{}; app -rooms-> rooms(Map) -internal table-> table:array; {}", crate::check::PROGRAM, all.join("; "))
}

#[test]
fn others_of_its_kind_tell_where_it_stops() {
    // Three are full, at 40, and drop the oldest; the last still fills.
    let full = |from: usize| [from..from + 40, from + 7..from + 47, from + 3..from + 43, 0..from / 5 + 5, 0..3];
    let heaps = [rooms(&full(0)), rooms(&full(60)), rooms(&full(120))];
    let compared = Compared::new(&heaps);
    let lines = compared.lines();
    assert!(lines.iter().all(|line| !line.starts_with("leak")), "{lines:?}");
    assert!(compared.in_detail().contains("similar collections stop at 40"), "{}", compared.in_detail());
    // The same where the lists themselves are entries of the Map.
    let bare = |from: usize| {
        let list = |i: usize| format!("r{i}(Room)@{} -history-> h{i}", 5001 + 4 * i);
        (0..5).fold(rooms(&full(from)), |text, i| text.replace(&list(i), &format!("h{i}")))
    };
    let compared = Compared::new(&[bare(0), bare(60), bare(120)]);
    assert!(compared.in_detail().contains("similar collections stop at 40"), "{}", compared.in_detail());
    // They get the same and drop nothing: there is no end of them.
    let grows = |to: usize| [0..to, 0..to, 0..to, 0..to / 5 + 5, 0..3];
    let heaps = [rooms(&grows(40)), rooms(&grows(100)), rooms(&grows(160))];
    let lines = Compared::new(&heaps).lines();
    assert!(lines[0].starts_with("leak growing array"), "{lines:?}");
    // They come and go, in any number: that says nothing of the one that grows.
    let level = |from: usize, to: usize| [from..from + 9, from..from + 31, from..from + 14, 0..to, from..from + 5];
    let heaps = [rooms(&level(0, 50)), rooms(&level(200, 100)), rooms(&level(400, 150))];
    let lines = Compared::new(&heaps).lines();
    assert!(lines[0].starts_with("leak growing array +100"), "{lines:?}");
}

#[test]
fn a_limit_of_a_cache_that_changes_its_maps() {
    // The Map is another one each time; the limit is the cache's.
    let heap = |map: usize, count: usize| {
        let one = |i: usize| format!("t{map} -internal 1{i}-> e{i}(Entry)@{}", 90_001 + 2 * i);
        format!(
            "{}; app -cache-> cache(Cache) -maxSize-> n:number(heap number); cache -current-> m{map}(Map)@{}
             m{map} -internal table-> t{map}:array; {}",
            crate::check::PROGRAM,
            801 + 2 * map,
            (0..count).map(one).collect::<Vec<_>>().join("; ")
        )
    };
    let lines = Compared::new(&[heap(1, 100), heap(2, 200), heap(3, 300)]).lines();
    assert!(lines[0].starts_with("suspect growing map +200"), "{lines:?}");
}

#[test]
fn files_that_a_map_has_by_paths_which_were_there_before() {
    // The paths are known since the start; one file after the other is read.
    let path = "known -[#]-> k#:string(/srv/test/case#.test.js)";
    let all = format!(
        "app -known-> known(Array); app -read-> map(Map) -internal table-> table:array; {}",
        times(100..190, path)
    );
    let read = |range| times(range, "table -internal 1#0-> k#; table -internal 1#1-> source#(Source)");
    let before = format!("{all}; {}", read(100..130));
    let lines = Compared::new(&growing(&before, &[&read(130..160), &read(160..190)])).lines();
    assert!(lines[0].starts_with("suspect growing map +60 Source entries"), "{lines:?}");
    // By other words there is no end of them.
    let before = before.replace(".test.js", "");
    let lines = Compared::new(&growing(&before, &[&read(130..160), &read(160..190)])).lines();
    assert!(lines[0].starts_with("leak growing map +60 Source entries"), "{lines:?}");
}

/// Numbers in a Map by these keys: 100 of them, then twice 40 more.
fn lines_of_counts(key: impl Fn(usize) -> String) -> Vec<String> {
    let entry = |i: usize| format!("table -internal 1{i}0-> key{i}:string({})", key(i));
    let entries = |range: std::ops::Range<usize>| range.map(entry).collect::<Vec<_>>().join("; ");
    let before = format!("app -counts-> map(Map) -internal table-> table:array; {}", entries(100..200));
    Compared::new(&growing(&before, &[&entries(200..240), &entries(240..280)])).lines()
}

#[test]
fn keys_of_a_map_of_numbers_tell_too() {
    // The values are no objects: the entries are as new as their keys.
    let lines = lines_of_counts(|i| format!("route:/r{},status:{},tenant:t{}", i % 7, 200 + i % 3, i % 11));
    assert!(lines[0].starts_with("suspect growing map +80"), "{lines:?}");
    let lines = lines_of_counts(|i| format!("route:/r{},status:{},user:u{i}", i % 7, 200 + i % 3));
    assert!(lines[0].starts_with("leak growing map +80"), "{lines:?}");
}

#[test]
fn some_keys_among_many_tell_nothing() {
    // One key in ten is a path, or combines what is known.
    let lines =
        lines_of_counts(|i| if i % 10 == 0 { format!("/srv/test/case{i}.test.js") } else { format!("user{i}") });
    assert!(lines[0].starts_with("leak growing map +80"), "{lines:?}");
    let lines = lines_of_counts(|i| {
        if i % 10 == 0 { format!("route:/r{},status:{}", i / 10 % 2, 200 + i / 10 % 3) } else { format!("user{i}") }
    });
    assert!(lines[0].starts_with("leak growing map +80"), "{lines:?}");
}
