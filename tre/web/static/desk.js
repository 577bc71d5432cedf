"use strict";
// Keys, buttons that are pressed once, and pages that stay where they were. Without it every form still works.
(() => {
  const PLACE = `scroll ${location.pathname}`;
  const files = () => [...document.querySelectorAll("section.file")];
  const shown = (element) => element && element.getClientRects().length > 0;
  const steady = () => matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";

  // ---- printing: a frame that was never scrolled to is empty until then; a closed one stays closed and unseen
  const unseen = () => [...document.querySelectorAll('iframe[loading="lazy"]')].filter(shown);
  const loaded = (frame) => new Promise((done) => {
    frame.addEventListener("load", () => setTimeout(done, 300), { once: true });
    setTimeout(done, 15000);
    frame.loading = "eager";
  });
  const printing = document.getElementById("print");
  if (printing) {
    printing.hidden = false;
    printing.addEventListener("click", async () => {
      printing.disabled = true;
      await Promise.all(unseen().filter((frame) => !frame.dataset.there).map(loaded));
      printing.disabled = false;
      print();
    });
    document.addEventListener("load", (event) => { if (event.target.tagName === "IFRAME") event.target.dataset.there = "yes"; }, true);
  }

  // ---- where the reader is
  const current = () => {
    const focused = document.activeElement && document.activeElement.closest("section.file");
    if (focused) return focused;
    const all = files();
    return all.findLast((file) => file.getBoundingClientRect().top < innerHeight / 3) || all[0];
  };
  const go = (file) => {
    if (!file) return;
    file.scrollIntoView({ block: "start", behavior: steady() });
    file.focus({ preventScroll: true });
  };
  const step = (by) => {
    const all = files(), here = all.indexOf(current());
    const started = document.activeElement && document.activeElement.closest("section.file");
    go(all[Math.max(0, Math.min(all.length - 1, started ? here + by : by > 0 ? 0 : here))]);
  };
  const choose = (value) => {
    const form = current() && current().querySelector("form.decision");
    const radio = form && form.querySelector(`input[value="${value}"]`);
    if (!radio || radio.disabled) return;
    radio.checked = true;
    const reason = form.elements.reason, passes = form.closest("section.file").querySelector("h3 .outcome-pass");
    const needed = value === "changes" || value === "refuse" || (value === "approve" && !passes);
    if (needed && !reason.value.trim()) { reason.focus(); return; }
    form.requestSubmit();
  };
  const openComment = (file, cell) => {
    const place = (file || document).querySelector("details.write-comment");
    if (!place) return;
    place.open = true;
    if (cell && place.querySelector(".cell")) place.querySelector(".cell").value = cell;
    place.querySelector("textarea").focus();
  };
  const press = (selector) => { const button = document.querySelector(selector); if (shown(button) && !button.disabled) { button.focus(); } };
  const keys = () => document.getElementById("keys");
  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    a: () => choose("approve"),
    c: () => choose("changes"),
    x: () => choose("refuse"),
    u: () => choose("undecided"),
    m: () => openComment(current()),
    f: () => press("#finish"),
    g: () => { location.href = document.querySelector(".navbar-brand").href; },
    "?": () => { if (keys()) keys().showModal(); },
  };
  addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey && event.target.form) { event.target.form.requestSubmit(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches("textarea, select, input:not([type=radio])") || (keys() && keys().open)) return;
    if (event.key in KEYS && keys()) { event.preventDefault(); KEYS[event.key](); }
  });
  addEventListener("cell", (event) => openComment(event.target.closest("section.file"), event.detail));

  // ---- once, and back to the same place
  addEventListener("submit", (event) => {
    if (event.target.method !== "post" || event.target.hasAttribute("hx-post") && window.htmx) return;
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "yes";
    sessionStorage.setItem(PLACE, String(scrollY));
    if (event.target.action.endsWith("/download")) setTimeout(() => location.reload(), 1500);
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    const kept = sessionStorage.getItem(PLACE);
    sessionStorage.removeItem(PLACE);
    if (kept !== null) scrollTo({ top: Number(kept), behavior: "instant" });
  });

  // ---- what the airlock said of a decision that it did not take
  const say = (text) => { const line = document.getElementById("said"); line.textContent = text; line.classList.toggle("open", text !== ""); };
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) { say(""); return; }
    const page = new DOMParser().parseFromString(event.detail.xhr.responseText || "", "text/html");
    const said = [...page.querySelectorAll("main .lead, main .hint")].map((one) => one.textContent.trim()).join(" ");
    say(said || "The airlock does not answer. Reload the page.");
  });
})();
