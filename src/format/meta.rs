//! The header: `snapshot.meta` says where each column is and what the type numbers mean.

use crate::base::{Error, ErrorKind, Result};
use crate::format::kind::{EdgeKind, KindNames, NodeKind};
use crate::format::limits::{MAX_COLUMNS, MAX_NODES, MAX_ROWS};
use crate::format::scopes::ScopeLayout;
use serde::Deserialize;

/// The header, with positions instead of names.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(crate) nodes: NodeLayout,
    pub(crate) edges: EdgeLayout,
    pub(crate) locations: Option<LocationLayout>,
    pub(crate) scopes: ScopeLayout,
    pub(crate) kind_names: KindNames,
    pub(crate) node_count: Option<u64>,
    pub(crate) edge_count: Option<u64>,
    pub(crate) extra_native_bytes: u64,
    pub(crate) root_index: u64,
}

/// Positions of the columns of a node row.
#[derive(Clone, Debug)]
pub(crate) struct NodeLayout {
    pub(crate) stride: usize,
    pub(crate) kind: usize,
    pub(crate) name: usize,
    pub(crate) id: usize,
    pub(crate) self_size: usize,
    pub(crate) edge_count: usize,
    pub(crate) detachedness: Option<usize>,
    /// The kind for each value of the type column.
    pub(crate) kinds: Vec<NodeKind>,
}

/// Positions of the columns of an edge row.
#[derive(Clone, Debug)]
pub(crate) struct EdgeLayout {
    pub(crate) stride: usize,
    pub(crate) kind: usize,
    pub(crate) name_or_index: usize,
    pub(crate) to_node: usize,
    /// The kind for each value of the type column.
    pub(crate) kinds: Vec<EdgeKind>,
}

/// Positions of the columns of a location row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LocationLayout {
    pub(crate) stride: usize,
    pub(crate) object_index: usize,
    pub(crate) script_id: usize,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

#[derive(Deserialize)]
#[serde(expecting = "the header, an object")]
struct RawHeader {
    meta: RawMeta,
    node_count: Option<u64>,
    edge_count: Option<u64>,
    extra_native_bytes: Option<u64>,
    root_index: Option<u64>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object with the lists of columns")]
struct RawMeta {
    node_fields: Vec<String>,
    #[serde(default)]
    node_types: Vec<TypeEntry>,
    edge_fields: Vec<String>,
    #[serde(default)]
    edge_types: Vec<TypeEntry>,
    #[serde(default)]
    location_fields: Vec<String>,
    #[serde(default)]
    scope_fields: Vec<String>,
    #[serde(default)]
    scope_context_var_fields: Vec<String>,
    #[serde(default)]
    scope_use_fields: Vec<String>,
}

/// An entry of `node_types` or `edge_types`: the list of kinds, or a word such as "number".
#[derive(Deserialize)]
#[serde(untagged)]
enum TypeEntry {
    Kinds(Vec<String>),
    Other(serde::de::IgnoredAny),
}

/// Parses the `snapshot` value, which begins at `offset`.
pub(crate) fn parse_header(json: &[u8], offset: u64) -> Result<Header> {
    let raw: RawHeader = serde_json::from_slice(json).map_err(|e| not_a_header(&e, json, offset))?;
    let mut kind_names = KindNames::default();
    let nodes = Fields { list: &raw.meta.node_fields, list_name: "node_fields", offset };
    let edges = Fields { list: &raw.meta.edge_fields, list_name: "edge_fields", offset };
    let locations = Fields { list: &raw.meta.location_fields, list_name: "location_fields", offset };
    let header = Header {
        nodes: NodeLayout {
            stride: nodes.stride()?,
            kind: nodes.required("type")?,
            name: nodes.required("name")?,
            id: nodes.required("id")?,
            self_size: nodes.required("self_size")?,
            edge_count: nodes.required("edge_count")?,
            detachedness: nodes.position("detachedness"),
            kinds: kind_names.kinds_of(kind_list(&raw.meta.node_types, nodes.required("type")?)),
        },
        edges: EdgeLayout {
            stride: edges.stride()?,
            kind: edges.required("type")?,
            name_or_index: edges.required("name_or_index")?,
            to_node: edges.required("to_node")?,
            kinds: kind_list(&raw.meta.edge_types, edges.required("type")?)
                .iter()
                .map(|n| EdgeKind::of_name(n))
                .collect(),
        },
        locations: location_layout(&locations)?,
        scopes: ScopeLayout::new(
            &raw.meta.scope_fields,
            &raw.meta.scope_context_var_fields,
            &raw.meta.scope_use_fields,
        ),
        kind_names,
        node_count: raw.node_count,
        edge_count: raw.edge_count,
        extra_native_bytes: raw.extra_native_bytes.unwrap_or(0),
        root_index: raw.root_index.unwrap_or(0),
    };
    check_counts(&header, offset)?;
    Ok(header)
}

#[cold]
fn not_a_header(e: &serde_json::Error, json: &[u8], offset: u64) -> Error {
    let line_start: usize =
        json.split_inclusive(|b| *b == b'\n').take(e.line().saturating_sub(1)).map(<[u8]>::len).sum();
    let at = offset + (line_start + e.column().saturating_sub(1)) as u64;
    let reason = e.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default();
    // serde's message uses Rust's terms.
    let reason = reason.replace("expected u64", "expected a non-negative integer").replace("a sequence", "a list");
    Error::new(ErrorKind::Syntax, format!("the header is not valid: {reason}"))
        .at(at)
        .in_place("section `snapshot`")
        .help("expected V8's header: {\"meta\": {\"node_fields\": [...], …}, \"node_count\": …, \"edge_count\": …}")
}

fn location_layout(fields: &Fields<'_>) -> Result<Option<LocationLayout>> {
    if fields.list.is_empty() {
        return Ok(None);
    }
    Ok(Some(LocationLayout {
        stride: fields.stride()?,
        object_index: fields.required("object_index")?,
        script_id: fields.required("script_id")?,
        line: fields.required("line")?,
        column: fields.required("column")?,
    }))
}

/// Rejects counts of rows that cannot exist, before anything is reserved for them.
fn check_counts(header: &Header, offset: u64) -> Result<()> {
    let claims = [
        ("node_count", header.node_count, header.nodes.stride, MAX_NODES),
        ("edge_count", header.edge_count, header.edges.stride, MAX_ROWS),
    ];
    for (name, count, stride, max_rows) in claims {
        let Some(count) = count else { continue };
        let is_possible = count.checked_mul(stride as u64).is_some_and(|n| n < 1 << 48);
        if !is_possible || count > max_rows as u64 {
            let message = format!("{name} is {count}, more rows than a heap snapshot can have");
            return Err(Error::new(ErrorKind::Limit, message).at(offset).in_place("section `snapshot`"));
        }
    }
    Ok(())
}

/// The names of the kinds: the list at the position of the column `type`, or the only list. (In files of Node 12, 14
/// and 24, the lists of types and of columns differ in length.)
fn kind_list(types: &[TypeEntry], position: usize) -> &[String] {
    let is_list = |t: &&TypeEntry| matches!(t, TypeEntry::Kinds(_));
    match types.get(position).filter(is_list).or_else(|| types.iter().find(is_list)) {
        Some(TypeEntry::Kinds(kinds)) => kinds,
        _ => &[],
    }
}

struct Fields<'a> {
    list: &'a [String],
    list_name: &'static str,
    offset: u64,
}

impl Fields<'_> {
    fn position(&self, field: &str) -> Option<usize> {
        self.list.iter().position(|f| f == field)
    }

    fn stride(&self) -> Result<usize> {
        if self.list.len() > MAX_COLUMNS {
            let message =
                format!("meta.{} lists {} columns, expected at most {MAX_COLUMNS}", self.list_name, self.list.len());
            return Err(Error::new(ErrorKind::Limit, message).at(self.offset).in_place("section `snapshot`"));
        }
        Ok(self.list.len())
    }

    fn required(&self, field: &str) -> Result<usize> {
        self.position(field).ok_or_else(|| {
            let message = format!("meta.{} has no column `{field}`", self.list_name);
            Error::new(ErrorKind::Inconsistent, message)
                .at(self.offset)
                .in_place("section `snapshot`")
                .help("heapdiff needs it: was the file written or edited by another program?")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::parse_header;

    #[test]
    fn columns_are_found_by_name_and_extras_are_ignored() {
        let json = br#"{"meta":{"node_fields":["zzz","edge_count","self_size","id","name","type"],
            "node_types":["number","number","number","number","string",["object","martian"]],
            "edge_fields":["to_node","type","name_or_index"],"edge_types":["node",["weak","odd"],"x"],"novel":[]},
            "node_count":1,"edge_count":0,"title":7}"#;
        let header = parse_header(json, 0).unwrap();
        assert_eq!((header.nodes.kind, header.nodes.id, header.nodes.stride), (5, 3, 6));
        assert_eq!(header.kind_names.name(header.nodes.kinds[1]), "martian");
        assert_eq!(header.edges.to_node, 0);
        assert!(header.locations.is_none());
    }

    #[test]
    fn a_missing_column_is_named() {
        let json = br#"{"meta":{"node_fields":["type","name"],"edge_fields":[]},"node_count":1}"#;
        let message = parse_header(json, 12).unwrap_err().to_string();
        assert!(
            message.starts_with("section `snapshot` at byte 12: meta.node_fields has no column `id`\n"),
            "{message}"
        );
    }
}
