//! Folded stacks: one line a stack, `a;b;c 120`, as flamegraph tools read them.
