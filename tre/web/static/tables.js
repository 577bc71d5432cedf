"use strict";
// Hands the sandboxed frame of a table what it asks for. A frame can ask for its own file and nothing else: what it says
// fills in numbers alone, and the addresses stand in this page.
(() => {
  const frames = () => document.querySelectorAll("iframe[data-table]");
  const whole = (value) => (Number.isSafeInteger(value) && value >= 0 ? value : 0);
  const queries = {
    about: () => ["about", {}],
    rows: (asked) => ["rows", { start: whole(asked.start), count: whole(asked.count), ...(Number.isSafeInteger(asked.sort) ? { sort: whole(asked.sort), descending: asked.descending === true } : {}) }],
    column: (asked) => ["column", { column: whole(asked.column) }],
  };

  async function answer(frame, asked) {
    const [what, query] = queries[asked.ask](asked);
    const response = await fetch(`${frame.dataset.table}/${what}/${frame.dataset.name}?${new URLSearchParams(query)}`);
    const said = await response.json();
    if (!response.ok) throw new Error(`${said.message} ${said.hint}`.trim());
    return said;
  }

  addEventListener("message", async (event) => {
    const frame = [...frames()].find((one) => one.contentWindow === event.source);
    const asked = event.data;
    if (!frame || typeof asked !== "object" || asked === null) return;
    if (asked.ask === "comment") {
      frame.dispatchEvent(new CustomEvent("cell", { bubbles: true, detail: String(asked.cell).slice(0, 100) }));
      return;
    }
    if (!Object.hasOwn(queries, asked.ask)) return;
    // The frame's origin is opaque, so that no other target can be named; it is the very window that asked.
    const reply = (said) => event.source.postMessage({ number: asked.number, ...said }, "*");
    try {
      reply({ answer: await answer(frame, asked) });
    } catch (error) {
      reply({ error: error.message || "The airlock does not answer. Reload the page." });
    }
  });
  for (const frame of frames()) frame.contentWindow.postMessage({ listening: true }, "*");
})();
