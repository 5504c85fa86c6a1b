//! Documents as HTML, for reports without a page of their own.

use crate::report::document::{Block, Document, Item, Line, with_fixed_indent};
use crate::report::html::{MAX_TEXT_CHARS, Markup, Page, Section, shortened};
use crate::report::text::table::{Align, Table};
use askama::Template;

/// The whole report.
#[must_use]
pub(crate) fn page(document: &Document) -> String {
    let (mut title, mut lead) = ("Report".to_owned(), String::new());
    // What comes before the first heading, then each section.
    let mut parts: Vec<(&str, Vec<&Block>)> = vec![("Report", Vec::new())];
    for block in &document.blocks {
        match block {
            Block::Headline(text) => title.clone_from(text),
            Block::Title { name, about } => (title, lead) = (shortened(name, MAX_TEXT_CHARS), about.clone()),
            Block::Heading(heading) => parts.push((heading, Vec::new())),
            _ => parts.last_mut().map(|(_, blocks)| blocks.push(block)).unwrap_or_default(),
        }
    }
    parts.retain(|(_, blocks)| {
        blocks.iter().any(|block| !matches!(block, Block::Gap | Block::More(0) | Block::Next(None)))
    });
    let sections = parts.into_iter().enumerate().map(|(at, (heading, blocks))| Section {
        id: format!("part-{}", at + 1),
        level: 2,
        heading: heading.to_owned(),
        body: Markup::of(&DocumentView { heading, blocks: views(&blocks) }),
    });
    Page { title, lead, sections: sections.collect() }.to_html()
}

#[derive(Template)]
#[template(path = "document.html")]
struct DocumentView<'a> {
    heading: &'a str,
    blocks: Vec<View<'a>>,
}

enum View<'a> {
    Lines(Vec<&'a Line>),
    Note(&'a str),
    Item { mark: &'a str, title: String, rows: Vec<(&'static str, String)> },
    Table { table: &'a Table, rows: Vec<Vec<String>> },
    More(u64),
    Next(&'a str),
}

fn views<'a>(blocks: &[&'a Block]) -> Vec<View<'a>> {
    let mut views = Vec::new();
    for block in blocks.iter().copied() {
        match (block, views.last_mut()) {
            (Block::Line(line), Some(View::Lines(lines))) => lines.push(line),
            _ => views.extend(view(block)),
        }
    }
    views
}

fn view(block: &Block) -> Option<View<'_>> {
    Some(match block {
        Block::Line(line) => View::Lines(vec![line]),
        Block::Note(text) => View::Note(text.trim()),
        Block::Item(Item { mark, title, rows }) => {
            let rows = rows.iter().map(|(name, text)| (*name, shortened(text, MAX_TEXT_CHARS)));
            View::Item { mark, title: shortened(title, MAX_TEXT_CHARS), rows: rows.collect() }
        }
        Block::Table(table) => {
            let rows = table.rows.iter().map(|row| row.iter().map(|cell| with_fixed_indent(cell)).collect());
            View::Table { table, rows: rows.collect() }
        }
        Block::More(cut @ 1..) => View::More(*cut),
        Block::Next(Some(command)) => View::Next(command),
        _ => return None,
    })
}
