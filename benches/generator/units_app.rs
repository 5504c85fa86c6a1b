//! Units of application data: sessions with carts, rows of a table, and the things that leak between the captures.

use super::base::Class;
use super::format::{EdgeKind, NodeKind};
use super::fragment::{Name, Port, Text, To};
use super::maker::Maker;
use super::words::Word;

/// A user's session with everything it owns, entered in the session store and in a WeakMap.
pub(crate) fn session(make: &mut Maker<'_>) -> u32 {
    let serial = make.serial;
    let session = make.object(Class::Session, 0);
    let key = make.string(2, format_args!("{:016x}", serial.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
    make.property(session, Word::Id, To::Here(key));
    let user = user(make, serial);
    make.property(session, Word::User, To::Here(user));
    let cart = cart(make, serial);
    make.property(session, Word::Cart, To::Here(cart));
    let headers = headers(make, key);
    make.property(session, Word::Headers, To::Here(headers));
    listeners(make, session);
    strings_and_numbers(make, session, serial);
    if make.rng.once_in(3) {
        let token = buffer(make);
        make.property(session, Word::TokenKey, To::Here(token));
    }
    if make.rng.once_in(4) {
        let promise = promise(make);
        make.property(session, Word::Pending, To::Here(promise));
    }
    let touched = make.rng.once_in(12);
    if touched && make.aged {
        make.out.nodes[session as usize].self_size += 16;
        let undefined = make.undefined();
        make.property(session, Word::LastSeen, undefined);
    }
    weak_entry(make, session, serial);
    if make.is_held() {
        make.out.export(Port::Store, key, None);
        make.out.export(Port::Store, session, None);
    }
    session
}

fn user(make: &mut Maker<'_>, serial: u64) -> u32 {
    let user = make.object(Class::Object, 0);
    let name = make.string(1, format_args!("user {serial}"));
    make.property(user, Word::NameKey, To::Here(name));
    let mail = make.string(1, format_args!("user{serial}@example.org"));
    make.property(user, Word::Mail, To::Here(mail));
    let roles = [make.identifier(), make.identifier()];
    let roles = make.collection(Class::Set, 1, &roles);
    make.property(user, Word::Roles, To::Here(roles));
    let prefs = make.object(Class::Object, 1);
    let (theme, lang) = (make.identifier(), make.identifier());
    make.property(prefs, Word::Theme, theme);
    make.property(prefs, Word::Lang, lang);
    make.number_field(prefs, 2, 2);
    make.property(user, Word::Prefs, To::Here(prefs));
    user
}

fn cart(make: &mut Maker<'_>, serial: u64) -> u32 {
    let count = 1 + make.rng.below(7) as usize;
    let mut items = [make.undefined(); 7];
    for (position, slot) in items.iter_mut().take(count).enumerate() {
        let item = make.object(Class::CartItem, 0);
        let sku = make.string(3, format_args!("SKU-{serial}-{position}"));
        make.property(item, Word::Sku, To::Here(sku));
        let price = make.object(Class::Money, 0);
        let currency = make.identifier();
        make.property(price, Word::Currency, currency);
        make.number_field(price, 2, 1);
        make.property(item, Word::Price, To::Here(price));
        let added = make.object(Class::Date, 1);
        make.property(item, Word::Added, To::Here(added));
        *slot = To::Here(item);
    }
    make.array(0, &items[..count])
}

fn headers(make: &mut Maker<'_>, key: u32) -> u32 {
    let prefix = make.identifier();
    let cookie = make.cons(2, prefix, To::Here(key));
    let agent = make.sliced(2);
    let mut entries = [make.undefined(); 6];
    for entry in entries.iter_mut().step_by(2) {
        *entry = make.identifier();
    }
    entries[1] = To::Here(agent);
    entries[3] = To::Here(cookie);
    make.collection(Class::Map, 1, &entries)
}

/// The session's own event handlers, which see it through their scope.
fn listeners(make: &mut Maker<'_>, session: u32) {
    let app = To::At(make.base.hubs.native_context);
    let scope = make.scope(1, &[(Word::This, To::Here(session)), (Word::App, app)]);
    let functions = make.base.functions.first;
    let touch = make.closure(1, Word::OnTouch, To::At(functions), To::Here(scope));
    let end = make.closure(1, Word::OnEnd, To::At(functions + 1), To::Here(scope));
    let events = make.object(Class::Object, 1);
    make.property(events, Word::Touch, To::Here(touch));
    make.property(events, Word::End, To::Here(end));
    make.property(session, Word::OnTouch, To::Here(touch));
    make.property(session, Word::Events, To::Here(events));
}

fn strings_and_numbers(make: &mut Maker<'_>, session: u32, serial: u64) {
    let hubs = make.base.hubs;
    let query = make.string(2, format_args!("a={serial}"));
    let path = make.string(2, format_args!("GET /r/{serial}?"));
    let mut history = make.cons(2, To::Here(path), To::Here(query));
    for _ in 0..make.rng.below(4) {
        let next = make.identifier();
        history = make.cons(2, To::Here(history), next);
    }
    make.property(session, Word::History, To::Here(history));
    make.number_field(session, 12, 3);
    let flags = make.mapped(NodeKind::BigInt, Word::BigInt, 24, 3, hubs.bigint_map);
    make.property(session, Word::Flags, To::Here(flags));
    let secret = make.mapped(NodeKind::Symbol, Word::Symbol, 24, 3, hubs.symbol_map);
    let label = make.identifier();
    make.internal(secret, Word::NameKey, label);
    make.property(session, Word::Secret, To::Here(secret));
    if make.rng.once_in(50) {
        let map = hubs.property_array_map;
        let text = make.pick(make.base.identifiers);
        let name = make.name_of(text);
        let pattern = make.mapped(NodeKind::RegExp, name, 56, 3, map);
        make.internal(pattern, Word::Source, To::At(text));
        make.property(session, Word::Pattern, To::Here(pattern));
    }
}

fn buffer(make: &mut Maker<'_>) -> u32 {
    let buffer = make.object(Class::Buffer, 1);
    let memory = make.object(Class::ArrayBuffer, 1);
    let size = 64 + u64::from(make.rng.below(512));
    let data = make.out.node(NodeKind::Native, Word::SysBufferData, size, 3);
    make.property(buffer, Word::Viewed, To::Here(memory));
    make.internal(memory, Word::BackingStore, To::Here(data));
    buffer
}

fn promise(make: &mut Maker<'_>) -> u32 {
    let promise = make.object(Class::Promise, 1);
    let map = make.base.hubs.property_array_map;
    let reaction = make.mapped(NodeKind::Hidden, Word::SysReaction, 48, 1, map);
    let derived = make.object(Class::Promise, 1);
    make.internal(promise, Word::Reactions, To::Here(reaction));
    make.out.edge(reaction, EdgeKind::Hidden, Name::Raw(3), To::Here(derived));
    promise
}

/// `meta.set(session, {opened, route, ref})` on a WeakMap: the value is held by the key and the table together.
fn weak_entry(make: &mut Maker<'_>, session: u32, serial: u64) {
    let value = make.object(Class::Object, 2);
    let route = make.identifier();
    make.property(value, Word::Route, route);
    let reference = make.object(Class::WeakRef, 2);
    make.property(value, Word::Ref, To::Here(reference));
    make.out.edge(reference, EdgeKind::Weak, Word::Target, To::Here(session));
    let spell = |index| Text::Ephemeron { index, key: session, key_class: Word::Session, value };
    let from_key = make.out.ephemeron(spell(1));
    make.internal(session, Name::Local(from_key), To::Here(value));
    let from_table = make.out.ephemeron(spell((serial % 9_000_000) as u32 + 2));
    if make.out.unit_is_alive() {
        make.out.export(Port::WeakValue, value, Some(from_table));
        make.out.export(Port::WeakKey, session, None);
    }
}

/// A record as `JSON.parse` makes it: plain objects three levels deep.
pub(crate) fn row(make: &mut Maker<'_>) {
    let row = make.object(Class::Object, 0);
    let tags = [make.identifier(), make.identifier()];
    let tags = make.array(0, &tags);
    make.property(row, Word::Tags, To::Here(tags));
    let (nested, deep, deeper) =
        (make.object(Class::Object, 0), make.object(Class::Object, 1), make.object(Class::Object, 1));
    make.property(row, Word::Nested, To::Here(nested));
    make.property(nested, Word::Deep, To::Here(deep));
    make.property(deep, Word::Deeper, To::Here(deeper));
    make.number_field(deeper, 0, 2);
    let serial = make.serial;
    let text = make.string(3, format_args!("row number {serial} \u{fc}ber \u{4e2d}"));
    make.property(row, Word::Text, To::Here(text));
    if make.is_held() {
        make.out.export(Port::Row, row, None);
    }
}

/// An entry of a cache that is never emptied: a request with the session it belonged to.
pub(crate) fn leaked_request(make: &mut Maker<'_>) {
    let session = session(make);
    let serial = make.serial;
    let entry = make.object(Class::Object, 0);
    let url = make.string(2, format_args!("/r/{serial}"));
    make.property(entry, Word::Url, To::Here(url));
    make.property(entry, Word::SessionKey, To::Here(session));
    let head = make.identifier();
    let body = make.cons(2, head, To::Here(url));
    make.property(entry, Word::Body, To::Here(body));
    let at = make.object(Class::Date, 1);
    make.property(entry, Word::At, To::Here(at));
    let scope = make.scope(1, &[(Word::SessionKey, To::Here(session))]);
    let shared = make.base.functions.first + 2;
    let callback = make.closure(1, Word::Callback, To::At(shared), To::Here(scope));
    make.property(entry, Word::Callback, To::Here(callback));
    let (key, _) = make.out.text(format_args!("req-{serial}"));
    make.out.export(Port::Leak, entry, Some(key));
}

/// A listener added on every request and never removed.
pub(crate) fn leaked_listener(make: &mut Maker<'_>) {
    let undefined = make.undefined();
    let scope = make.scope(1, &[(Word::At, undefined)]);
    let shared = make.base.functions.first + 3;
    let listener = make.closure(0, Word::Listener, To::At(shared), To::Here(scope));
    make.out.export(Port::Listener, listener, None);
}

/// A class instance with a buffer, appended to the big array for ever.
pub(crate) fn leaked_row(make: &mut Maker<'_>) {
    let row = make.object(Class::LeakedRow, 0);
    let payload = buffer(make);
    make.property(row, Word::Payload, To::Here(payload));
    let link = make.identifier();
    make.property(row, Word::Link, link);
    make.out.export(Port::Row, row, None);
}
