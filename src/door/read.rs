//! Reads the snapshots of a series in the right order, leaving out unreadable ones.

use crate::base::{Error, ErrorKind, Phase, Privacy, Result, Text};
use crate::door::caveat::Caveat;
use crate::door::options::CompareOptions;
use crate::door::{Files, SnapshotInfo};
use crate::format::InputPath;
use crate::heap::analysis::Analysis;
use crate::heap::analysis::program::{Foreign, Program};
use crate::heap::analysis::retained_tree::{RetainedTree, retained_tree_alone};
use crate::heap::diff::order::{self, Swapped};
use crate::heap::diff::series::{Order, Series};
use crate::heap::diff::why::{Cause, WhichTwo, structure_reason};
use crate::heap::diff::{self, Comparison, Earlier, Identity, MatchMode};
use crate::heap::graph::HeapGraph;

/// The compared snapshots of a series, with the last one still in memory.
pub(super) struct Ready {
    pub(super) earlier: Vec<Earlier>,
    pub(super) graph: HeapGraph,
    pub(super) analysis: Analysis,
    pub(super) compared: Comparison,
    /// All but the last, earliest first.
    pub(super) snapshots: Vec<SnapshotInfo>,
    /// The first heap as stacks, if requested.
    pub(super) first_stacks: Option<RetainedTree>,
    /// What is wrong with the order given by the user.
    pub(super) swapped: Option<Swapped>,
    /// Whether the files were reordered.
    pub(super) is_reordered: bool,
    /// Which of the given files could be read.
    pub(super) kept: Vec<usize>,
    /// What is wrong with the others, and other limitations of the comparison.
    pub(super) caveats: Vec<Caveat>,
    /// Why an earlier snapshot cannot be compared with the last one, if that is so.
    pub(super) foreign: Option<Foreign>,
}

/// Reads and compares the snapshots of a series. Afterwards, the series has the files that could be read, in the order
/// in which they were compared.
///
/// # Errors
/// If fewer than two can be read.
pub(super) fn read(series: &mut Series, options: &CompareOptions, io: &dyn Files) -> Result<Ready> {
    let mut kept: Vec<usize> = (0..series.files.len()).collect();
    let mut caveats = Vec::new();
    let mut reordered: Option<(Swapped, Order)> = None;
    let mut as_plain = false;
    loop {
        let Pass { readable, unreadable, reduced, graph } = pass(&series.files, options, as_plain, io)?;
        caveats.extend(unreadable.iter().map(|(at, e)| Caveat::unreadable(&series.files[*at], e)));
        series.files = readable.iter().map(|at| series.files[*at].clone()).collect();
        kept = readable.iter().map(|at| kept[*at]).collect();
        let files = &series.files[..];
        let compared = compare(reduced, graph, files, (options, as_plain), io)?;
        let is_stream = files.iter().any(InputPath::is_stream);
        let exposed = compared.exposed();
        if exposed.is_some() && !as_plain && !is_stream {
            // Read again, because sizes follow other rules where internals are exposed.
            as_plain = true;
            continue;
        }
        let swapped = order::swapped(&compared.earlier, &compared.graph, &compared.compared.identity, files);
        let may_reorder = |of: &&Swapped| (series.order == Order::ByName || of.is_certain) && !is_stream;
        if let Some(swapped) = swapped.as_ref().filter(may_reorder).filter(|_| reordered.is_none())
            && let Some(right_order) = &swapped.right_order
        {
            reordered = Some((swapped.clone(), series.order));
            series.files = right_order.iter().map(|at| files[*at].clone()).collect();
            series.order = Order::Given;
            // Read again, because what is kept of each snapshot depends on the order.
            continue;
        }
        caveats.extend(exposed.map(|exposed| Caveat::internals(files, &exposed, as_plain)));
        let is_reordered = reordered.is_some();
        // If nobody gave the order, it is not a mistake.
        let by_us = reordered.filter(|(_, order)| *order == Order::Given).map(|(swapped, _)| swapped);
        let order = Ordered { swapped: by_us.or(swapped), is_reordered, kept };
        return Ok(compared.ready(files, order, caveats));
    }
}

/// What was found out about the order of the files.
struct Ordered {
    swapped: Option<Swapped>,
    is_reordered: bool,
    kept: Vec<usize>,
}

/// The snapshots of a series, compared in one order.
struct Compared {
    earlier: Vec<Earlier>,
    graph: HeapGraph,
    analysis: Analysis,
    compared: Comparison,
    /// How objects were matched by ids, if the ids turned out to mean nothing.
    by_ids: Option<Vec<Identity>>,
    snapshots: Vec<SnapshotInfo>,
    first_stacks: Option<RetainedTree>,
    programs: Vec<Program>,
}

/// Compares the last snapshot with what is kept of the earlier ones; by structure if ids mean nothing.
fn compare(
    reduced: Reduced,
    graph: HeapGraph,
    files: &[InputPath],
    (options, as_plain): (&CompareOptions, bool),
    io: &dyn Files,
) -> Result<Compared> {
    let Reduced { mut earlier, snapshots, first_stacks, mut programs } = reduced;
    let last = files.len() - 1;
    io.progress().begin(Phase::Compare, &files[last].text().to_lossy(), None);
    let (analysis, prepared) = Analysis::with(&graph, |later| diff::prepare(&earlier[0], later));
    let mut compared = diff::finish(prepared, &earlier, &graph, &analysis, options.matching);
    let mut by_ids = None;
    if options.matching.is_none() && compared.needs_structure() {
        drop(earlier);
        by_ids = Some(compared.identities().cloned().collect());
        drop(compared);
        Reduced { earlier, programs, .. } = reduce_again(&files[..last], as_plain, io)?;
        compared = diff::compare(&earlier, &graph, &analysis, Some(MatchMode::Structure));
    }
    Ok(Compared { earlier, graph, analysis, compared, by_ids, snapshots, first_stacks, programs })
}

impl Compared {
    /// Which of the snapshots expose internals; `None` if all or none do.
    fn exposed(&self) -> Option<Vec<bool>> {
        let last = !self.analysis.has_user_roots;
        let all: Vec<bool> = self.earlier.iter().map(|of| !of.has_user_roots).chain([last]).collect();
        (all.contains(&true) && all.contains(&false)).then_some(all)
    }

    /// Collects the results and the limitations of the comparison.
    fn ready(self, files: &[InputPath], order: Ordered, mut caveats: Vec<Caveat>) -> Ready {
        let Self { earlier, graph, analysis, mut compared, by_ids, snapshots, first_stacks, programs } = self;
        // Within a process, there is only one program.
        let last_program = if programs.is_empty() { Program::default() } else { Program::of(&graph) };
        let foreign = first_foreign(&programs, &last_program);
        if let Some((at, foreign)) = &foreign {
            caveats.push(Caveat::foreign(&files[*at], &files[files.len() - 1], foreign));
        }
        if let Some(reason) = by_ids.and_then(|by_ids| why_structure(&by_ids, &programs, &last_program)) {
            compared.identity.reason = reason;
        }
        let foreign = foreign.map(|(_, foreign)| foreign);
        let Ordered { swapped, is_reordered, kept } = order;
        Ready {
            earlier,
            graph,
            analysis,
            compared,
            snapshots,
            first_stacks,
            swapped,
            is_reordered,
            kept,
            caveats,
            foreign,
        }
    }
}

/// The first earlier snapshot that comes from another program or runtime than the last, and which of the two differs.
fn first_foreign(programs: &[Program], last: &Program) -> Option<(usize, Foreign)> {
    programs.iter().enumerate().find_map(|(at, program)| Some((at, program.foreign(last)?)))
}

/// Why objects are matched by structure without a request, from the snapshot whose ids mean nothing.
fn why_structure(by_ids: &[Identity], programs: &[Program], last: &Program) -> Option<String> {
    let (at, identity) = by_ids.iter().enumerate().find(|(_, identity)| identity.needs_structure())?;
    let which = if programs.len() == 1 { WhichTwo::Both } else { WhichTwo::AndLast(at) };
    let program = programs.get(at)?;
    let runtime = program.runtime.name.as_ref().or(last.runtime.name.as_ref()).map(Text::to_string);
    Some(structure_reason(identity, which, Cause::of(program.foreign(last).as_ref(), runtime.as_deref())))
}

/// The result of reading all files once.
struct Pass {
    /// Positions of the readable files.
    readable: Vec<usize>,
    /// Positions of the others, and their errors.
    unreadable: Vec<(usize, Error)>,
    /// The readable ones but the last.
    reduced: Reduced,
    /// The last readable one.
    graph: HeapGraph,
}

/// Reads the files one after the other, keeping what a comparison needs of each. If the last one cannot be read, as
/// when a process died while writing it, the one before it becomes the last, and is read again.
///
/// # Errors
/// If fewer than two can be read.
fn pass(files: &[InputPath], options: &CompareOptions, as_plain: bool, io: &dyn Files) -> Result<Pass> {
    let signatures = options.matching == Some(MatchMode::Structure);
    let wanted = Wanted { signatures, program: options.matching.is_some(), as_plain };
    let mut stacks_of_first = options.keeps_stacks.then_some(options.privacy);
    let (mut readable, mut unreadable) = (Vec::new(), Vec::new());
    let mut reduced = Reduced::default();
    let mut last = files.len() - 1;
    for (at, file) in files[..last].iter().enumerate() {
        match reduced.read(file, wanted, &mut stacks_of_first, io) {
            Ok(()) => readable.push(at),
            Err(e) => leave_out(at, e, files, &mut unreadable)?,
        }
    }
    loop {
        match io.snapshot(&files[last]) {
            Ok(graph) => {
                readable.push(last);
                return Ok(Pass { readable, unreadable, reduced, graph: graph.taken_as_plain(as_plain) });
            }
            Err(e) => leave_out(last, e, files, &mut unreadable)?,
        }
        // If two files were missing, an error would have been returned by now.
        let Some(before) = readable.pop().filter(|before| !files[*before].is_stream()) else {
            return Err(unreadable.swap_remove(0).1);
        };
        reduced.earlier.pop();
        reduced.snapshots.pop();
        reduced.programs.pop();
        last = before;
    }
}

/// Leaves a file out.
///
/// # Errors
/// If fewer than two files remain, or if the file is not to blame.
fn leave_out(at: usize, e: Error, files: &[InputPath], unreadable: &mut Vec<(usize, Error)>) -> Result<()> {
    if matches!(e.kind(), ErrorKind::Usage | ErrorKind::Memory) {
        return Err(e);
    }
    unreadable.push((at, e));
    if files.len() < unreadable.len() + 2 { Err(unreadable.swap_remove(0).1) } else { Ok(()) }
}

/// What is kept of the earlier snapshots.
#[derive(Default)]
struct Reduced {
    earlier: Vec<Earlier>,
    snapshots: Vec<SnapshotInfo>,
    first_stacks: Option<RetainedTree>,
    /// Their programs, unless the ids show that they come from one process.
    programs: Vec<Program>,
}

/// What else to find out about an earlier snapshot.
#[derive(Clone, Copy)]
struct Wanted {
    /// What matching by structure needs.
    signatures: bool,
    /// Which program it comes from.
    program: bool,
    /// Sizes by the rules for captures that do not expose internals.
    as_plain: bool,
}

impl Reduced {
    /// Reads a snapshot and keeps what the comparison needs of it; for the first one, also its stacks if requested.
    fn read(
        &mut self,
        file: &InputPath,
        wanted: Wanted,
        stacks_of_first: &mut Option<Privacy>,
        io: &dyn Files,
    ) -> Result<()> {
        let graph = io.snapshot(file)?.taken_as_plain(wanted.as_plain);
        io.progress().begin(Phase::Analyze, &file.text().to_lossy(), None);
        let counts = (graph.node_count(), graph.edge_count());
        self.programs.extend(wanted.program.then(|| Program::of(&graph)));
        let with_signatures = wanted.signatures;
        let earlier = match stacks_of_first.take() {
            Some(privacy) => {
                let (earlier, stacks) = Earlier::with(graph, with_signatures, |graph, objects, retention| {
                    retained_tree_alone(graph, (objects, retention), privacy)
                });
                self.first_stacks = Some(stacks);
                earlier
            }
            None => Earlier::new(graph, with_signatures),
        };
        self.snapshots.push(SnapshotInfo::new(&file.text(), counts, earlier.statistics, earlier.has_user_roots));
        self.earlier.push(earlier);
        Ok(())
    }
}

/// Reads the earlier snapshots again. Only the last one shows that their ids mean nothing, and keeping the structure of
/// every snapshot for this rare case would cost memory in all others.
fn reduce_again(files: &[InputPath], as_plain: bool, io: &dyn Files) -> Result<Reduced> {
    if let Some(stream) = files.iter().find(|file| file.is_stream()) {
        let message =
            format!("the ids of the snapshots do not correspond, and {} cannot be read again", stream.shown());
        return Err(
            Error::new(ErrorKind::Usage, message).help("save the snapshot to a file, or use `--match structure`")
        );
    }
    let mut reduced = Reduced::default();
    let wanted = Wanted { signatures: true, program: true, as_plain };
    files.iter().try_for_each(|file| reduced.read(file, wanted, &mut None, io))?;
    Ok(reduced)
}
