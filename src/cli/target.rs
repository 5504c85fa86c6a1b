//! What a command is asked about: an id, `@123` or `123`, or the name of a class.

use crate::base::{ClassIx, Error, ErrorKind, NodeId, NodeIx, Privacy, Raw, Result, Text, nearest};
use crate::cli::Loaded;
use crate::heap::analysis::classes::ClassRows;

/// The node with an id.
///
/// # Errors
/// If the text is no id, or the snapshot has no such node.
pub(crate) fn node(loaded: &Loaded, target: &str) -> Result<NodeIx> {
    let id = check_id(target)?;
    loaded.graph.find_id(id).ok_or_else(|| {
        Error::new(ErrorKind::Usage, format!("no object has the id {id}"))
            .in_file(&loaded.file)
            .help("ids are valid only in snapshots of one process; `heapdiff summary` lists the largest objects")
    })
}

/// Whether a text is meant as an id: it begins with `@`, or is a number.
pub(crate) fn is_id(target: &str) -> bool {
    target.starts_with('@') || (!target.is_empty() && target.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The id; to be asked before the file is read, which may take long.
///
/// # Errors
/// If the text is no id.
pub(crate) fn check_id(target: &str) -> Result<NodeId> {
    let number = target.strip_prefix('@').unwrap_or(target).parse().ok();
    number.map(NodeId::new).ok_or_else(|| {
        Error::new(ErrorKind::Usage, format!("`{}` is not an id", Text::from(target)))
            .help("an id looks like `@123`; `heapdiff summary` prints the ids of the largest objects")
    })
}

/// All objects of a class with a size, in file order.
///
/// # Errors
/// If no class has that name; classes with names like it are suggested.
pub(crate) fn objects_of_class(loaded: &Loaded, rows: &ClassRows, name: &str) -> Result<Vec<NodeIx>> {
    // The name itself, or as a report shows it.
    let is_name = |class: &Text| class.as_bytes() == name.as_bytes() || Privacy::Masked.class(class) == *name;
    let is_wanted: Vec<bool> = rows.keys.iter().map(|key| is_name(&key.name)).collect();
    let classes = &loaded.analysis.classes;
    let row = |node: NodeIx| -> ClassIx { rows.of(classes.of(node)) };
    let has_size = |node: &NodeIx| loaded.analysis.shallow.get(node.ix()) > 0;
    let objects: Vec<NodeIx> = loaded.graph.nodes().filter(|n| is_wanted[row(*n).ix()]).filter(has_size).collect();
    if !objects.is_empty() {
        return Ok(objects);
    }
    let names: Vec<Raw<'_>> =
        rows.keys.iter().map(|key| loaded.privacy.class(&key.name).to_lossy().into_owned()).collect();
    let near: Vec<String> =
        nearest(name, names.iter().map(|name| &**name)).into_iter().map(|n| format!("`{}`", Text::from(n))).collect();
    let help = if near.is_empty() {
        "`heapdiff summary --limit 0` lists all classes".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    let message = format!("no object has the class `{}`", Text::from(name));
    Err(Error::new(ErrorKind::Usage, message).in_file(&loaded.file).help(help))
}
