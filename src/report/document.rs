//! A report as a small document: headings, lines, tables. Every report is one, so that a format which has no view of its own
//! for a report shows the document.
//!
//! Who renders it decides what is a heading and where code begins; the document says which texts may have names from files
//! in them. Those texts are fit for people already ([`Text`](crate::base::Text)'s `Display`), but may be markup.

use crate::report::text::table::Table;

/// Parts of a report, from top to bottom.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The parts.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Clone, Debug)]
pub enum Block {
    /// What all is about, in our own words.
    Headline(String),
    /// What all is about: a name, and our own words about it.
    Title {
        /// It may have names from files in it.
        name: String,
        /// None if there is nothing to say.
        about: String,
    },
    /// Begins a part, in our own words.
    Heading(String),
    /// A line.
    Line(Line),
    /// A line that matters less, which may have names from files in it.
    Note(String),
    /// One of several things that are told in full.
    Item(Item),
    /// A table: its columns say which cells may have names from files in them.
    Table(Table),
    /// How many more rows or things there are; 0 says nothing.
    More(u64),
    /// The command to run next, which may have names from files in it; none says nothing.
    Next(Option<String>),
    /// Room between two parts.
    Gap,
}

/// A line, which may have names from files in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What stands in front: blanks, or our own words.
    pub lead: String,
    /// Blanks in front of further lines, where the text is too long for one; none if it stays whole, so that it can be copied.
    pub hanging: Option<usize>,
    /// What it says; only what is of one piece is ever broken.
    pub spans: Vec<Span>,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its text.
    pub text: String,
    /// Whether it is what the line is about.
    pub is_strong: bool,
}

/// A thing with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// A word of our own in front of the title; may be empty.
    pub mark: String,
    /// What it is; it may have names from files in it.
    pub title: String,
    /// What is known of it: a word of our own, and a text that may have names from files in it.
    pub rows: Vec<(&'static str, String)>,
}

/// A text whose blanks in front stay where those of a line's beginning are taken away.
#[must_use]
pub(crate) fn with_fixed_indent(text: &str) -> String {
    let inner = text.trim_start_matches(' ');
    "\u{a0}".repeat(text.len() - inner.len()) + inner
}

impl Document {
    /// Adds a block.
    #[must_use]
    pub fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// Adds all blocks of another.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.blocks.extend(other.blocks);
        self
    }

    /// Adds a block.
    pub fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }

    /// Begins a part.
    #[must_use]
    pub fn heading(self, words: &str) -> Self {
        self.with(Block::Heading(words.to_owned()))
    }

    /// Adds a line.
    #[must_use]
    pub fn line(self, text: impl Into<String>) -> Self {
        self.with(Block::line(text))
    }

    /// Ends with the command to run next.
    #[must_use]
    pub fn next(self, command: Option<String>) -> Self {
        self.with(Block::Next(command))
    }

    /// Adds a table, and how many rows it lacks.
    #[must_use]
    pub fn table(self, table: Table, more: u64) -> Self {
        self.with(Block::Table(table)).with(Block::More(more))
    }
}

impl Block {
    /// A line in which nothing stands out; further ones stand below it, as far to the right.
    #[must_use]
    pub fn line(text: impl Into<String>) -> Self {
        let text = text.into();
        let inner = text.trim_start_matches(' ');
        let lead = &text[..text.len() - inner.len()];
        Self::told(lead, lead.len(), inner)
    }

    /// The same with further lines two blanks to the right.
    #[must_use]
    pub fn hanging(lead: &str, text: impl Into<String>) -> Self {
        Self::told(lead, lead.chars().count() + 2, text)
    }

    /// The same with further lines behind so many blanks.
    #[must_use]
    pub fn told(lead: &str, hanging: usize, text: impl Into<String>) -> Self {
        let spans = vec![Span { text: text.into(), is_strong: false }];
        Self::Line(Line { lead: lead.to_owned(), hanging: Some(hanging), spans })
    }

    /// A line that is never broken.
    #[must_use]
    pub fn whole(spans: Vec<Span>) -> Self {
        Self::Line(Line { lead: String::new(), hanging: None, spans })
    }
}
