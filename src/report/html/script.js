"use strict";
// Sorts, filters, unfolds, copies, and enlarges boxes. Without it the report is complete: what only works with it stays hidden.
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
    // What is folded away is left out: an edge of a path is no reason to show a finding.
    const outside = (item) => [...item.children].filter((part) => part.tagName !== "DETAILS");
    // What is found must be seen.
    const folded = new Set(items.map((item) => item.closest("details")).filter(Boolean));
    const texts = items.map((item) => outside(item).map((part) => part.textContent).join(" ").toLowerCase());
    const apply = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      const verdict = choice ? choice.value : "";
      let shown = 0;
      if (words.length) folded.forEach((details) => { details.open = true; });
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
      button.textContent = isOpen ? "Collapse all" : "Expand all";
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

  // Flamegraphs: a box is enlarged until it is as wide as the whole, the boxes below it with it.
  const makeFlame = (flame) => {
    const picture = flame.querySelector(".boxes");
    const field = flame.querySelector("input");
    const result = flame.querySelector("output");
    const back = flame.querySelector("button");
    const told = flame.querySelector(".told");
    const boxes = all(":scope > svg", picture).map((element) => {
      const number = (name) => parseFloat(element.getAttribute(name));
      const text = element.querySelector("title").textContent;
      return { element, start: number("x"), width: number("width"), level: number("y"), text };
    });
    const [root] = boxes;
    // Positions are rounded to a thousandth.
    const SLACK = 0.002;
    const end = (box) => box.start + box.width;
    const isIn = (box, outer) => box.start >= outer.start - SLACK && end(box) <= end(outer) + SLACK;
    let large = root;
    let now = root;
    const enlarge = (target) => {
      large = target;
      boxes.forEach((box) => {
        const isBelow = box.level <= target.level && isIn(target, box);
        const isShown = isBelow || (box.level > target.level && isIn(box, target));
        box.element.classList.toggle("out", !isShown);
        box.element.classList.toggle("below", isBelow && box !== target);
        const start = isBelow ? 0 : ((box.start - target.start) / target.width) * 100;
        box.element.setAttribute("x", `${start}%`);
        box.element.setAttribute("width", `${isBelow ? 100 : (box.width / target.width) * 100}%`);
      });
      back.disabled = target === root;
    };
    const tell = (box) => { told.textContent = box.text; };
    const goTo = (box) => {
      if (!box) return;
      now.element.classList.remove("now");
      now = box;
      now.element.classList.add("now");
      tell(now);
      say(now.text);
    };
    const shown = () => boxes.filter((box) => !box.element.classList.contains("out"));
    const byKey = {
      ArrowDown: () => goTo(shown().find((box) => box.level > now.level && isIn(box, now))),
      ArrowUp: () => goTo(shown().findLast((box) => box.level < now.level && isIn(now, box))),
      ArrowRight: () => goTo(shown().find((box) => box.level === now.level && box.start >= end(now) - SLACK)),
      ArrowLeft: () => goTo(shown().findLast((box) => box.level === now.level && end(box) <= now.start + SLACK)),
      Enter: () => enlarge(now),
      Escape: () => { enlarge(root); goTo(root); },
    };
    picture.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || !byKey[event.key]) return;
      event.preventDefault();
      byKey[event.key]();
    });
    const at = (event) => boxes.find((box) => box.element === event.target.closest(".boxes > svg"));
    picture.addEventListener("click", (event) => {
      const box = at(event);
      if (box) { enlarge(box); goTo(box); }
    });
    picture.addEventListener("pointerover", (event) => { if (at(event)) tell(at(event)); });
    back.addEventListener("click", () => { enlarge(root); goTo(root); });
    const search = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      const isFound = (box) => words.length > 0 && words.every((word) => box.text.toLowerCase().includes(word));
      const found = boxes.filter(isFound);
      boxes.forEach((box) => box.element.classList.toggle("found", found.includes(box)));
      // What stands on a box that was found counts with it.
      let until = 0;
      let covered = 0;
      found.forEach((box) => {
        if (end(box) > until + SLACK) { covered += box.width; until = end(box); }
      });
      result.textContent = words.length ? `${found.length} boxes, ${covered.toFixed(1)} % of the whole` : "";
    };
    field.addEventListener("input", search);
    search();
    picture.setAttribute("tabindex", "0");
    picture.setAttribute("role", "application");
    picture.setAttribute("aria-roledescription", "flamegraph");
    flame.querySelector(".tools").hidden = false;
    told.hidden = false;
  };

  all("table[data-sortable]").forEach(makeSortable);
  all("[data-flame]").forEach(makeFlame);
  all("[data-filter]").forEach(makeFilter);
  all("[data-unfold]").forEach(makeUnfold);
  all("[data-copy]").forEach(makeCopy);
})();
