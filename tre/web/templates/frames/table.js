"use strict";
// The table of one file, a window of rows at a time. It has no network and no origin: the page around it hands it rows
// as plain values, which become text nodes and nothing else.
(() => {
  const ROW = 26, AT_ONCE = 120, TALLEST = 8_000_000, MOST_COLUMNS = 60;
  const get = (id) => document.getElementById(id);
  const scroller = get("scroller"), spacer = get("spacer"), table = get("rows"), head = table.tHead, body = table.tBodies[0];
  const number = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 6 });
  const waiting = new Map();
  let asked = 0, about = null, sorted = null, shown = [], first = -1, marks = new Map(), markedRows = [], drawing = Promise.resolve(), at = -1;

  const make = (tag, text, ...classes) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (classes.length) made.className = classes.join(" ");
    return made;
  };
  const ask = (what, values) => new Promise((resolve, reject) => {
    asked += 1;
    const question = { ask: what, number: asked, ...values };
    waiting.set(asked, { question, resolve, reject });
    parent.postMessage(question, "*");
  });
  addEventListener("message", (event) => {
    if (event.source !== parent) return;
    // The page may listen later than this frame asks; it says when it does, and what it did not hear is asked again.
    if (event.data.listening) for (const { question } of waiting.values()) parent.postMessage(question, "*");
    if (!waiting.has(event.data.number)) return;
    const { resolve, reject } = waiting.get(event.data.number);
    waiting.delete(event.data.number);
    if (event.data.error) reject(new Error(event.data.error)); else resolve(event.data.answer);
  });

  const visible = () => Math.max(1, Math.floor((scroller.clientHeight - ROW) / ROW));
  const height = () => Math.min(TALLEST, (about.rows + 1) * ROW + 1);
  const top = () => {
    const room = height() - scroller.clientHeight;
    if (room <= 0) return 0;
    return Math.min(Math.max(0, about.rows - visible()), Math.round(scroller.scrollTop / room * Math.max(0, about.rows - visible())));
  };
  const scrollTo = (row) => {
    const room = height() - scroller.clientHeight, rows = about.rows - visible();
    scroller.scrollTop = rows > 0 ? room * Math.min(rows, Math.max(0, row)) / rows : 0;
  };

  function drawHead() {
    const row = make("tr");
    const corner = make("th", "row", "at");
    corner.scope = "col";
    row.append(corner);
    about.header.forEach((name, j) => {
      if (!shown[j]) return;
      const cell = make("th"), button = make("button", name || `column ${j + 1}`);
      const mine = sorted && sorted.column === j;
      cell.scope = "col";
      cell.setAttribute("aria-sort", mine ? (sorted.descending ? "descending" : "ascending") : "none");
      button.type = "button";
      button.title = "Sort by this column";
      if (mine) button.append(sorted.descending ? " ↓" : " ↑");
      button.addEventListener("click", () => {
        sorted = !mine ? { column: j, descending: false } : sorted.descending ? null : { column: j, descending: true };
        scroller.scrollTop = 0;
        first = -1;
        drawHead();
        draw();
      });
      mark(cell, -1, j);
      cell.append(button);
      row.append(cell);
    });
    head.replaceChildren(row);
  }

  function mark(cell, row, column) {
    const found = marks.get(`${row},${column}`);
    if (found === undefined) return;
    const finding = about.findings[found];
    cell.classList.add("marked", `marked-${finding.outcome}`);
    cell.title = `${finding.rule}: ${finding.why}`;
  }

  // One window at a time is asked for; those that were scrolled past meanwhile are not.
  const draw = () => (drawing = drawing.then(drawOnce).catch(fail));

  async function drawOnce() {
    const start = top();
    if (start === first) return;
    const part = await ask("rows", { start, count: Math.min(AT_ONCE, visible() + 4), sort: sorted ? sorted.column : null, descending: sorted ? sorted.descending : false });
    first = start;
    body.replaceChildren(...part.rows.map(([row, cells], i) => {
      const line = make("tr"), label = make("th", number.format(row + 1), "at");
      line.setAttribute("aria-rowindex", String(start + i + 2));
      label.scope = "row";
      line.append(label);
      about.header.forEach((_, j) => {
        if (!shown[j]) return;
        const cell = make("td", cells[j] ?? "");
        if (about.figures[j]) cell.className = "figure";
        cell.tabIndex = -1;
        cell.dataset.row = row;
        cell.dataset.column = j;
        mark(cell, row, j);
        line.append(cell);
      });
      return line;
    }));
    place();
  }
  // The part is pinned below the top of the view; at the very end it is pinned to the bottom.
  function place() {
    const bottom = height() - table.offsetHeight;
    table.style.transform = `translateY(${Math.max(0, Math.min(scroller.scrollTop, bottom))}px)`;
  }

  function explain(cell) {
    const row = Number(cell.dataset.row), column = Number(cell.dataset.column), found = marks.get(`${row},${column}`);
    const where = `Row ${number.format(row + 1)}, ${about.header[column]}: `, line = get("explained");
    const text = cell.textContent || "(empty)";
    line.replaceChildren(make("strong", where), text.length > 300 ? text.slice(0, 300) + " …" : text);
    if (found !== undefined) {
      const finding = about.findings[found];
      line.append(" – ", make("strong", finding.outcome), ` ${finding.rule}. ${finding.why} ${finding.todo}`);
    }
    const button = make("button", "Comment on this cell");
    button.type = "button";
    button.addEventListener("click", () => parent.postMessage({ ask: "comment", cell: `row ${row + 1}, ${about.header[column]}`.slice(0, 200) }, "*"));
    line.append(" ", button);
    line.hidden = false;
  }

  async function summarise() {
    const list = make("table"), titles = make("tr");
    for (const name of ["Shown", "Column", "Type", "Rows", "Missing", "Hidden", "Minimum", "Smallest not 0", "Maximum", "Sum", "Divisible by 5"]) {
      const cell = make("th", name);
      cell.scope = "col";
      titles.append(cell);
    }
    list.append(make("thead"), make("tbody"));
    list.tHead.append(titles);
    get("columns").replaceChildren(list);
    for (let j = 0; j < about.header.length; j += 1) {
      const row = make("tr"), box = make("input"), label = make("th", about.header[j]), choice = make("td");
      box.type = "checkbox";
      box.checked = shown[j];
      box.setAttribute("aria-label", `Show ${about.header[j]}`);
      box.addEventListener("change", () => { shown[j] = box.checked; first = -1; drawHead(); draw(); });
      label.scope = "row";
      choice.append(box);
      row.append(choice, label);
      list.tBodies[0].append(row);
      const found = await ask("column", { column: j });
      const say = (value) => value === null ? "" : number.format(value);
      row.append(make("td", found.type));
      const of5 = found.divisible_by_5 === null ? "" : found.divisible_by_5 === found.numbers ? "all" : `${say(found.divisible_by_5)} of ${say(found.numbers)}`;
      for (const value of [say(found.rows), say(found.missing), say(found.redacted), say(found.minimum), say(found.minimum_not_zero), say(found.maximum), say(found.sum), of5]) row.append(make("td", value, "figure"));
    }
  }

  function nextMarked() {
    if (sorted) { sorted = null; drawHead(); }
    at = (at + 1) % markedRows.length;
    const [row, column] = markedRows[at];
    first = -1;
    scrollTo(Math.max(0, row - 2));
    draw().then(() => {
      const cell = body.querySelector(`td[data-row="${row}"][data-column="${column}"]`);
      if (cell) { cell.focus(); explain(cell); }
    });
  }

  body.addEventListener("click", (event) => { const cell = event.target.closest("td"); if (cell) { cell.focus(); explain(cell); } });
  scroller.addEventListener("scroll", () => { place(); requestAnimationFrame(draw); });
  addEventListener("resize", () => { first = -1; if (about) draw(); });
  scroller.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: visible(), PageUp: -visible(), Home: -Infinity, End: Infinity };
    if (!(event.key in steps) || !about) return;
    event.preventDefault();
    scrollTo(steps[event.key] === Infinity ? about.rows : steps[event.key] === -Infinity ? 0 : top() + steps[event.key]);
  });
  get("next-marked").addEventListener("click", nextMarked);
  get("open-columns").addEventListener("click", () => {
    const panel = get("columns"), button = get("open-columns");
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
    if (!panel.hidden && !panel.firstChild) summarise().catch(fail);
    first = -1;
    draw();
  });
  const fail = (error) => { get("size").textContent = error.message; };

  ask("about", {}).then((answer) => {
    about = answer;
    shown = about.header.map((_, j) => j < MOST_COLUMNS);
    for (const [row, column, finding] of about.flags) {
      const key = `${row},${column}`, old = marks.get(key);
      if (old === undefined) { marks.set(key, finding); if (row >= 0) markedRows.push([row, column]); }
    }
    markedRows.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const left = about.header.length - MOST_COLUMNS;
    get("size").textContent = `${number.format(about.rows)} rows, ${number.format(about.header.length)} columns` +
      (markedRows.length ? `, ${number.format(markedRows.length)} ${markedRows.length === 1 ? "cell" : "cells"} marked` : "") + (left > 0 ? `; ${left} columns are hidden` : "");
    get("next-marked").hidden = markedRows.length === 0;
    table.setAttribute("aria-rowcount", String(about.rows + 1));
    spacer.style.height = `${height()}px`;
    drawHead();
    return draw();
  }).catch(fail);
})();
