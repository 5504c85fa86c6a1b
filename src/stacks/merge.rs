//! Merges equal calls with the same caller.

use crate::stacks::{CallTree, FrameIx};

/// A tree, and the call that each node of the file became.
#[derive(Debug)]
pub(crate) struct Merged {
    pub(crate) tree: CallTree,
    pub(crate) call_of: Vec<u32>,
}

/// Merges nodes with the same frame and parent, and sorts them in depth-first order, children in the order of their
/// first nodes. Node 0 is the root. O(nodes + frames).
pub(crate) fn merge_calls(parent: &[u32], frame: impl Fn(u32) -> FrameIx, frame_count: usize) -> Merged {
    const NONE: u32 = u32::MAX;
    let len = parent.len();
    let (starts, children) = children(parent);
    let mut call_of = vec![NONE; len];
    let mut new_parent: Vec<u32> = Vec::with_capacity(len);
    let mut new_frame: Vec<FrameIx> = Vec::with_capacity(len);
    // Nodes that become one call form a list: `next_twin` leads from one to the next.
    let mut next_twin = vec![NONE; len];
    // Per frame: the call under which it was last seen, and the last node of the list there.
    let mut met: Vec<(u32, u32)> = vec![(NONE, NONE); frame_count];
    let mut open: Vec<(u32, u32)> = vec![(0, 0)];
    while let Some((first_node, caller)) = open.pop() {
        let call = new_parent.len() as u32;
        new_parent.push(caller);
        new_frame.push(frame(first_node));
        let below = open.len();
        let mut node = first_node;
        while node != NONE {
            call_of[node as usize] = call;
            for &child in &children[starts[node as usize] as usize..starts[node as usize + 1] as usize] {
                let seen = &mut met[frame(child).ix()];
                if seen.0 == call {
                    next_twin[seen.1 as usize] = child;
                } else {
                    open.push((child, call));
                }
                *seen = (call, child);
            }
            node = next_twin[node as usize];
        }
        open[below..].reverse();
    }
    Merged { tree: CallTree::from_columns(new_parent, new_frame), call_of }
}

/// The children of each node, as ranges of one list in node order. The first node is the root.
fn children(parent: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; parent.len() + 1];
    parent.iter().skip(1).for_each(|p| starts[*p as usize + 1] += 1);
    for i in 0..parent.len() {
        starts[i + 1] += starts[i];
    }
    let mut next = starts.clone();
    let mut children = vec![0u32; parent.len().saturating_sub(1)];
    for (node, p) in parent.iter().enumerate().skip(1) {
        children[next[*p as usize] as usize] = node as u32;
        next[*p as usize] += 1;
    }
    (starts, children)
}

#[cfg(test)]
mod tests {
    use super::merge_calls;
    use crate::stacks::{CallIx, FrameIx};

    #[test]
    fn twins_become_one_call() {
        // root ─┬ a(1) ─ b(3)
        //       ├ a(2) ─┬ b(4)
        //       │       └ c(5)
        //       └ d(6)
        let parent = [u32::MAX, 0, 0, 1, 2, 2, 0];
        let frames = [0, 1, 1, 2, 2, 3, 4];
        let merged = merge_calls(&parent, |node| FrameIx::from_raw(frames[node as usize]), 5);
        assert_eq!(merged.call_of, [0, 1, 1, 2, 2, 3, 4]);
        let parents: Vec<u32> = merged.tree.calls().map(|c| merged.tree.parent(c).map_or(0, |p| p.raw())).collect();
        assert_eq!(parents, [0, 0, 1, 1, 0]);
        assert_eq!(merged.tree.ends(), [5, 4, 3, 4, 5]);
        assert_eq!(merged.tree.entries()[3], CallIx::from_raw(1));
    }
}
