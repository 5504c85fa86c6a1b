//! Memory of array buffers.

use crate::check::{Compared, check, check_detail, growing, times};

const BUFFER: &str = "list -[#]-> b#(Buffer) -internal buffer-> ab#(ArrayBuffer)
                      ab# -internal backing_store-> d#:native(system / JSArrayBufferData):65536";

#[test]
fn buffers_in_an_array() {
    let before = format!("app -list-> list(Array); {}", times(0..5, BUFFER));
    let more = times(5..45, BUFFER);
    check(&before, &[&more], &["leak buffers +40 Buffers"]);
    check_detail(&before, &[&more], &["each keeps 64.0 KiB of memory outside the heap", "Buffer.from(part)"]);
}

#[test]
fn other_classes_of_buffers() {
    for class in ["Uint8Array", "Float64Array", "DataView"] {
        let one = BUFFER.replace("(Buffer)", &format!("({class})"));
        let before = format!("app -list-> list(Array); {}", times(0..5, &one));
        check(&before, &[&times(5..45, &one)], &[&format!("leak buffers +40 {class}s")]);
    }
    for class in ["ArrayBuffer", "SharedArrayBuffer"] {
        let one =
            format!("list -[#]-> b#({class}) -internal backing_store-> d#:native(system / JSArrayBufferData):4096");
        let before = format!("app -list-> list(Array); {}", times(0..5, &one));
        check(&before, &[&times(5..45, &one)], &[&format!("leak buffers +40 {class}s")]);
    }
}

#[test]
fn few_buffers_with_many_bytes_are_enough() {
    let before = format!("app -list-> list(Array); {}", times(0..2, BUFFER));
    let more = [times(2..7, BUFFER), times(7..12, BUFFER)];
    check(&before, &[&more[0], &more[1]], &["leak growing buffers +10 Buffers"]);
}

#[test]
fn plain_objects_around_a_buffer_are_buffers_in_a_wrapping() {
    let one = BUFFER.replace("-[#]-> b#(Buffer)", "-[#]-> o#(Object) -chunk-> b#(Buffer)");
    let before = format!("app -list-> list(Array); {}", times(0..5, &one));
    check(&before, &[&times(5..45, &one)], &["leak buffers +40 {chunk} objects"]);
}

#[test]
fn a_class_with_a_buffer_is_that_class() {
    let one = BUFFER.replace("-[#]-> b#(Buffer)", "-[#]-> u#(Upload) -chunk-> b#(Buffer)");
    let before = format!("app -list-> list(Array); {}", times(0..5, &one));
    check(&before, &[&times(5..45, &one)], &["leak array +40 Upload elements in Array"]);
}

#[test]
fn objects_with_a_buffer_among_much_else_are_no_buffers() {
    let one =
        "list -[#]-> o#(Object) -text-> s#:string(x):60000; o# -chunk-> b#(Buffer) -internal buffer-> ab#(ArrayBuffer)
               ab# -internal backing_store-> d#:native(system / JSArrayBufferData):65536";
    let before = format!("app -list-> list(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 {text, chunk} elements in Array"]);
}

#[test]
fn memory_that_a_blob_and_its_reader_hold_together() {
    let one = "gc -[1#]-> b#(Blob); gc -[2#]-> r#(BlobReader); b# -internal 1-> q#:native(Node / DataQueue)
               r# -internal 1-> q# -internal 1-> m#:native(Node / BackingStore):20000";
    let lines = Compared::new(&growing(&times(0..50, one), &[&times(50..90, one), &times(90..130, one)])).lines();
    assert_eq!(lines[0], "leak growing buffers +80 Node / BackingStore", "{lines:?}");
    // One that is held by one object goes with it.
    let one = "gc -[1#]-> b#(Blob); b# -internal 1-> m#:native(Node / BackingStore):20000";
    let lines = Compared::new(&growing(&times(0..50, one), &[&times(50..90, one), &times(90..130, one)])).lines();
    assert!(lines.len() == 1 && lines[0].contains("+80 Blob"), "{lines:?}");
}
