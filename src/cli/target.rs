//! What a command is asked about: `@123` or a class name.

use crate::base::{ClassIx, Error, ErrorKind, NodeId, NodeIx, Privacy, Raw, Result, Text, nearest};
use crate::cli::Loaded;
use crate::heap::analysis::classes::ClassRows;

/// The node with an id written as `@123`.
///
/// # Errors
/// If the text is no id, or the snapshot has no such node.
pub(crate) fn node(loaded: &Loaded, target: &str) -> Result<NodeIx> {
    let id = check_id(target)?;
    loaded.graph.find_id(id).ok_or_else(|| {
        Error::new(ErrorKind::Usage, format!("no object has the id {id}"))
            .in_file(&loaded.file)
            .help("ids are valid in captures of one process only; `heapdiff summary` lists the largest objects")
    })
}

/// The id in `@123`; to be asked before the file is read, which may take long.
///
/// # Errors
/// If the text is no id.
pub(crate) fn check_id(target: &str) -> Result<NodeId> {
    let number = target.strip_prefix('@').and_then(|digits| digits.parse().ok());
    number.map(NodeId).ok_or_else(|| {
        Error::new(ErrorKind::Usage, format!("`{}` is no id", Text::from(target)))
            .help("ids are written `@123`, as `heapdiff summary` prints them")
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
        format!("classes with names like that: {}", near.join(", "))
    };
    let message = format!("no object is of the class `{}`", Text::from(name));
    Err(Error::new(ErrorKind::Usage, message).in_file(&loaded.file).help(help))
}
