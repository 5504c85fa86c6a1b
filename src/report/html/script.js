"use strict";
// Sorts, filters, unfolds and copies. Without it the report is complete: what only works with it stays hidden.
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const status = document.getElementById("status");
  const say = (text) => { status.textContent = text; };

  // Tables: a button in each head; numbers go down first, words up. Equal rows keep the order of the report.
  const makeSortable = (table) => {
    const body = table.tBodies[0];
    const rows = all("tr", body);
    const heads = all("thead th", table);
    const compare = (column) => {
      const isNumber = heads[column].classList.contains("number");
      const key = (row) => {
        const cell = row.cells[column];
        return isNumber ? Number(cell.dataset.value) : cell.textContent;
      };
      const keys = new Map(rows.map((row) => [row, key(row)]));
      return isNumber
        ? (a, b) => keys.get(a) - keys.get(b)
        : (a, b) => keys.get(a).localeCompare(keys.get(b), "en");
    };
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const isNumber = head.classList.contains("number");
        const now = head.getAttribute("aria-sort");
        const next = now ? (now === "descending" ? "ascending" : "descending") : isNumber ? "descending" : "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", next);
        const by = compare(column);
        const sign = next === "descending" ? -1 : 1;
        body.append(...[...rows].sort((a, b) => sign * by(a, b)));
        say(`Sorted by ${button.textContent}, ${next}`);
      });
    });
  };

  // Filters: what has all the words stays, and how much that is gets said.
  const makeFilter = (tools) => {
    const items = all(tools.dataset.filter);
    const field = tools.querySelector("input");
    const choice = tools.querySelector("select");
    const result = tools.querySelector("output");
    // What is folded away is left out: a hop of a path is no reason to show a finding.
    const outside = (item) => [...item.children].filter((part) => part.tagName !== "DETAILS");
    const texts = items.map((item) => outside(item).map((part) => part.textContent).join(" ").toLowerCase());
    const apply = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      const verdict = choice ? choice.value : "";
      let shown = 0;
      items.forEach((item, at) => {
        const fits = words.every((word) => texts[at].includes(word)) && (!verdict || item.dataset.verdict === verdict);
        item.hidden = !fits;
        shown += fits ? 1 : 0;
      });
      result.textContent = shown === items.length ? `${shown} shown` : `${shown} of ${items.length} shown`;
    };
    field.addEventListener("input", apply);
    if (choice) choice.addEventListener("change", apply);
    // A reload may bring back what stood in the field.
    apply();
    tools.hidden = false;
  };

  const makeUnfold = (button) => {
    const list = document.querySelector(button.dataset.unfold);
    let isOpen = false;
    button.addEventListener("click", () => {
      isOpen = !isOpen;
      all("details", list).forEach((details) => { details.open = isOpen; });
      button.textContent = isOpen ? "Fold all" : "Unfold all";
    });
  };

  // The clipboard is closed to some pages that come from a file; a selection is not.
  const copy = async (text, shown) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      getSelection().selectAllChildren(shown);
      return document.execCommand("copy");
    }
  };
  const makeCopy = (button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const isDone = await copy(button.dataset.copy, button.previousElementSibling);
      button.textContent = isDone ? "Copied" : "Selected";
      say(isDone ? `Copied ${button.dataset.copy}` : "Selected; copy it with your keyboard");
    });
  };

  all("table[data-sortable]").forEach(makeSortable);
  all("[data-filter]").forEach(makeFilter);
  all("[data-unfold]").forEach(makeUnfold);
  all("[data-copy]").forEach(makeCopy);
})();
