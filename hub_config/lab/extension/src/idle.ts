// Tells the server that the person is there, and the person when the workspace is about to close.

import { element } from "./dom";
import type { Ask, Idle } from "./server";

const SIGNS = ["keydown", "pointerdown", "wheel"];

/** Watch for work, and warn. */
export function watch(ask: Ask, home: string): void {
  const text = element("p", { role: "alert" });
  const stay = element("button", { type: "button", class: "jp-mod-styled jp-mod-accept" }, "Keep it open");
  const bar = element("div", { class: "tre-idle", hidden: "" }, text, stay);
  document.body.append(bar);
  let rules: Idle = { closes_in_s: null, warning_s: 0, every_s: 60 };
  let heard = Date.now();
  let told = Date.now();

  const hear = (given: Idle): void => {
    rules = given;
    heard = Date.now();
    show();
  };
  const left = (): number | null =>
    rules.closes_in_s === null ? null : rules.closes_in_s - (Date.now() - heard) / 1000;

  function show(): void {
    const seconds = left();
    const closing = seconds !== null && seconds <= rules.warning_s;
    bar.hidden = !closing;
    stay.hidden = seconds !== null && seconds <= 0;
    if (!closing) return;
    const said =
      seconds <= 0
        ? "Nobody worked here, so this workspace closes. Your files are kept; open it again from your projects."
        : `Nobody works here, so this workspace closes in ${duration(seconds)}. Your files are kept, what is only in memory is not.`;
    // A reader of the screen hears it again only when the words change.
    if (text.textContent !== said) text.textContent = said;
    if (seconds <= 0 && !bar.querySelector("a")) bar.append(element("a", { href: home }, "Your projects"));
  }

  function work(): void {
    const waited = (Date.now() - told) / 1000;
    if (bar.hidden && waited < rules.every_s) return;
    told = Date.now();
    ask<Idle>("idle", {}).then(hear, () => undefined);
  }

  const sense = (event: Event): void => {
    // The warning has a button of its own; to follow its link is to leave, and to close a dialog in front of it no work.
    const aside = bar.hidden ? ".tre-idle" : ".tre-idle, .jp-Dialog";
    if (!(event.target instanceof Element && event.target.closest(aside))) work();
  };
  for (const sign of SIGNS) document.addEventListener(sign, sense, { capture: true, passive: true });
  stay.addEventListener("click", work);
  const look = (): void => void ask<Idle>("idle").then(hear, () => undefined);
  look();
  window.setInterval(() => {
    if ((Date.now() - heard) / 1000 >= rules.every_s) look();
    show();
  }, 1_000);
}

function duration(seconds: number): string {
  if (seconds > 90) return `${Math.round(seconds / 60)} minutes`;
  // Steps of ten: a voice that counts every second cannot be listened to.
  return seconds > 10 ? `${Math.ceil(seconds / 10) * 10} seconds` : "a few seconds";
}
