//! V8's tick log after `node --prof-process --preprocess`: pieces of code, functions, and ticks as positions of code.

use crate::base::{Error, ErrorKind, Result};
use crate::format::pull::{Number, Pull};
use crate::format::raw_profile::RawProfile;
use crate::format::source::Source;
use crate::format::strings::StringTable;
use crate::format::ticks::{CodeKind, Ticks, state_frame};

#[derive(Clone, Copy)]
enum Key {
    Code,
    Ticks,
}

const KEYS: [(&[u8], Key); 2] = [(b"code", Key::Code), (b"ticks", Key::Ticks)];

/// A piece of code: its name is the string of the same position.
#[derive(Clone, Copy, Debug)]
struct Code {
    kind: CodeKind,
    /// Its function once a tick has named it.
    function: Option<Option<u32>>,
}

#[derive(Default)]
struct Codes {
    names: StringTable,
    codes: Vec<Code>,
}

/// Reads a preprocessed log.
///
/// O(bytes) time; memory is the names of all code, the call tree, and 12 bytes a tick.
///
/// # Errors
/// If the stream is no such log, ends early, or names code that it has not.
pub(crate) fn read_tick_json(source: &mut Source<'_>) -> Result<RawProfile> {
    let mut pull = Pull::new(source);
    let mut codes: Option<Codes> = None;
    let mut ticks = Ticks::new();
    let mut count = 0u64;
    let mut members = pull.object("`{`")?;
    while let Some(key) = pull.member(&mut members, &KEYS)? {
        match key {
            Some(Key::Code) => codes = Some(read_codes(&mut pull)?),
            Some(Key::Ticks) => {
                let Some(codes) = &mut codes else {
                    return Err(Error::new(ErrorKind::Inconsistent, "`ticks` comes before `code`").at(pull.offset()));
                };
                let mut all = pull.array("`ticks`: `[`")?;
                while pull.element(&mut all)? {
                    read_tick(&mut pull, codes, &mut ticks).map_err(|e| e.in_place(format!("tick {count}")))?;
                    count += 1;
                }
            }
            None => pull.skip()?,
        }
    }
    pull.end()?;
    if count == 0 {
        return Err(Error::new(ErrorKind::WrongKind, "this log has no ticks")
            .help("record one with `node --prof app.js`, for at least a few seconds"));
    }
    Ok(ticks.finish(None, Vec::new()))
}

#[derive(Clone, Copy)]
enum CodeKey {
    Name,
    Type,
    Kind,
}

const CODE_KEYS: [(&[u8], CodeKey); 3] = [(b"name", CodeKey::Name), (b"type", CodeKey::Type), (b"kind", CodeKey::Kind)];

fn read_codes(pull: &mut Pull<'_, '_>) -> Result<Codes> {
    let mut codes = Codes::default();
    let mut all = pull.array("`code`: `[`")?;
    while pull.element(&mut all)? {
        let (mut name, mut of_type, mut of_kind) = (Vec::new(), CodeKind::Named, None);
        let mut members = pull.object("code: `{`")?;
        while let Some(key) = pull.member(&mut members, &CODE_KEYS)? {
            match (key, pull.peek("a value")?) {
                (Some(CodeKey::Name), b'"') => name = pull.text("a name")?.to_vec(),
                (Some(CodeKey::Type), b'"') => {
                    of_type = match pull.text("a type")? {
                        b"JS" => CodeKind::Script,
                        b"SHARED_LIB" => CodeKind::Library,
                        _ => CodeKind::Named,
                    };
                }
                (Some(CodeKey::Kind), b'"') => of_kind = Some(CodeKind::of_log(pull.text("a kind")?)),
                _ => pull.skip()?,
            }
        }
        let kind = if of_type == CodeKind::Named { of_kind.unwrap_or(of_type) } else { of_type };
        codes.names.push(&name);
        codes.codes.push(Code { kind, function: None });
    }
    Ok(codes)
}

#[derive(Clone, Copy)]
enum TickKey {
    Time,
    State,
    Stack,
}

const TICK_KEYS: [(&[u8], TickKey); 3] = [(b"tm", TickKey::Time), (b"vm", TickKey::State), (b"s", TickKey::Stack)];

fn read_tick(pull: &mut Pull<'_, '_>, codes: &mut Codes, ticks: &mut Ticks) -> Result<()> {
    let (mut time_us, mut state, mut stack) = (0, 0, Vec::new());
    let mut is_native = true;
    let mut members = pull.object("a tick: `{`")?;
    while let Some(key) = pull.member(&mut members, &TICK_KEYS)? {
        match (key, pull.peek("a value")?) {
            (Some(TickKey::Time), _) => time_us = pull.number("a time")?.rounded().clamp(0, 1 << 53),
            (Some(TickKey::State), _) => state = pull.optional_number()?.map_or(0, Number::rounded),
            (Some(TickKey::Stack), b'[') => {
                // Code and offset in turns, the top first; −1 is code that nobody knows.
                let mut values = pull.array("a stack: `[`")?;
                let mut is_code = true;
                while pull.element(&mut values)? {
                    let offset = pull.offset();
                    let value = pull.number("a position of code")?.rounded();
                    is_code = !is_code;
                    if !is_code && value >= 0 {
                        let code = codes.codes.get_mut(value as usize).ok_or_else(|| {
                            Error::new(ErrorKind::Inconsistent, format!("code {value} is not in the file")).at(offset)
                        })?;
                        let name = codes.names.bytes(crate::base::StrIx::from_raw(value as u32));
                        let function = *code.function.get_or_insert_with(|| ticks.code(code.kind, name));
                        is_native &= code.kind == CodeKind::Library;
                        stack.extend(function);
                    }
                }
            }
            _ => pull.skip()?,
        }
    }
    match state_frame(state as u64, true) {
        Some(name) => stack.insert(0, ticks.named(name.as_bytes())),
        None if is_native => stack.clear(),
        None => {}
    }
    stack.reverse();
    ticks.tick(&stack, time_us)
}
