// The side panel: the outputs that were made, a form that asks for their release, the requests and their state,
// and the packages of Python that somebody wants here.

import { badge, element, field } from "./dom";
import { PackageForm, asked } from "./packages";
import { Part } from "./part";
import type { Ask, Asked, Finding, Folder, Output, Sent } from "./server";

const OUTPUTS_EVERY_MS = 4_000;
const REQUESTS_EVERY_MS = 20_000;
const PACKAGES_EVERY_MS = 60_000;
const NO_OUTPUTS = "No outputs yet. Make some with disclosure_control.Outputs and call finalise(); they appear here.";
const NO_PACKAGES = "Nobody has asked for a package in this project.";
const NO_REQUESTS = "No requests yet. What you ask to release appears here, with what the checkers say.";

function finding(one: Finding): HTMLElement {
  const where = one.where ? ` ${one.where}` : "";
  return element(
    "li",
    {},
    badge(one.outcome),
    " ",
    element("code", {}, one.rule),
    element("span", { class: "tre-where" }, where),
    element("p", {}, one.why),
    element("p", { class: "tre-todo" }, one.todo),
  );
}

function output(folder: string, one: Output): HTMLElement {
  const name = element("span", {}, element("span", { class: "tre-name" }, one.name));
  const head = [badge(one.outcome), name];
  if (!one.findings.length) return element("li", { class: "tre-head" }, ...head);
  const key = `${folder}/${one.name}`;
  const count = one.findings.length === 1 ? "1 finding" : `${one.findings.length} findings`;
  name.append(` (${count})`);
  const more = element("details", { "data-key": key }, element("summary", { class: "tre-head" }, ...head));
  more.append(element("ul", { class: "tre-findings" }, ...one.findings.map(finding)));
  return element("li", {}, more);
}

function folder(one: Folder): HTMLElement {
  const time = element("time", { datetime: one.made_at_utc }, new Date(one.made_at_utc).toLocaleString());
  const head = element("h3", {}, `${one.folder}/ `, badge(one.outcome));
  const said =
    one.outcome === "unreadable"
      ? element("p", {}, "The record of this folder cannot be read. Call finalise() again.")
      : element("ul", {}, ...one.outputs.map((item) => output(one.folder, item)));
  return element("article", { "aria-label": `Outputs in ${one.folder}` }, head, element("p", {}, time), said);
}

function request(update: (one: Sent) => void): (one: Sent) => HTMLElement {
  return (one) => {
    const made = element(
      "article",
      { "aria-label": `Request ${one.title}` },
      element("h3", {}, one.title),
      element("p", {}, element("strong", { class: "tre-state" }, one.state), ` · round ${one.round} · `, element("code", {}, one.id)),
      element("p", {}, one.summary),
    );
    if (!one.asked) return made;
    made.append(element("p", { class: "tre-todo" }, `The checkers ask: ${one.asked}`));
    const again = element("button", { type: "button", class: "jp-mod-styled" }, "Submit again");
    again.setAttribute("aria-label", `Submit ${one.title} again`);
    again.addEventListener("click", () => update(one));
    made.append(again);
    return made;
  };
}

/** The form that asks for a release. */
class Form {
  readonly node: HTMLElement;
  private readonly title = element("input", { name: "title", class: "jp-mod-styled", autocomplete: "off" });
  private readonly context = element("textarea", { name: "context", class: "jp-mod-styled", rows: "3" });
  private readonly where = element("input", { name: "folder", class: "jp-mod-styled", list: "tre-folders" });
  private readonly code = element("input", { name: "code", class: "jp-mod-styled", autocomplete: "off" });
  private readonly folders = element("datalist", { id: "tre-folders" });
  private readonly send = element("button", { type: "submit", class: "jp-mod-styled jp-mod-accept" }, "Send to the airlock");
  private readonly said = element("p", { class: "tre-said", role: "status" });
  private readonly again = element("p", { class: "tre-again", hidden: "" });
  private readonly form: HTMLFormElement;
  private update = "";
  private touched = false;

  constructor(
    private readonly ask: Ask,
    private readonly sent: () => void,
  ) {
    this.form = element(
      "form",
      {},
      this.again,
      field("Title", this.title, "What the outputs are, in a line."),
      field("Context", this.context, "Who and what they describe, and why they are needed. The checkers read it."),
      field("Folder", this.where, "The folder of outputs, below your home."),
      this.folders,
      field("Code (optional)", this.code, "The notebook or script that made them, below your home. The checkers read it; it is never released.", false),
      this.send,
    );
    this.node = element(
      "section",
      { "aria-labelledby": "tre-form" },
      element("h2", { id: "tre-form" }, "Ask for a release"),
      this.form,
      this.said,
    );
    this.where.value = "outputs";
    this.where.addEventListener("input", () => (this.touched = true));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
  }

  offer(folders: Folder[]): void {
    const names = folders.map((one) => one.folder);
    this.folders.replaceChildren(...names.map((value) => element("option", { value })));
    if (!this.touched && names[0]) this.where.value = names[0];
  }

  /** Fill in that the next submission replaces a returned request. */
  resubmit(one: Sent): void {
    this.update = one.id;
    this.title.value = one.title;
    this.again.hidden = false;
    const stop = element("button", { type: "button", class: "jp-mod-styled" }, "Make a new request instead");
    stop.addEventListener("click", () => this.forget());
    this.again.replaceChildren("This submits ", element("code", {}, one.id), " again. ", stop);
    this.context.focus();
  }

  private forget(): void {
    this.update = "";
    this.again.hidden = true;
  }

  private async submit(): Promise<void> {
    this.send.disabled = true;
    this.say("Sending; the airlock checks every file, which can take some minutes.", "");
    try {
      const given = {
        title: this.title.value,
        context: this.context.value,
        folder: this.where.value,
        code: this.code.value,
        update: this.update,
      };
      const made = await this.ask<Sent>("requests", given);
      this.say(`Request ${made.id}: ${made.state}. ${made.summary}`, "tre-done");
      this.form.reset();
      this.touched = false;
      this.where.value = given.folder;
      this.forget();
    } catch (error) {
      this.say((error as Error).message, "tre-trouble");
    }
    this.send.disabled = false;
    this.sent();
  }

  private say(text: string, kind: string): void {
    this.said.className = `tre-said ${kind}`;
    this.said.textContent = text;
  }
}

/** The panel's element, kept up to date while ``visible`` says so. */
export function panel(ask: Ask, visible: () => boolean): HTMLElement {
  const form = new Form(ask, () => void requests.refresh());
  const outputs = new Part("Outputs", async () => (await ask<{ folders: Folder[] }>("outputs")).folders, folder, NO_OUTPUTS);
  const requests = new Part(
    "Your requests",
    async () => (await ask<{ requests: Sent[] }>("requests")).requests.reverse(),
    request((one) => form.resubmit(one)),
    NO_REQUESTS,
  );
  const packages = new Part(
    "Packages asked for",
    async () => (await ask<{ packages: Asked[] }>("packages")).packages.reverse(),
    asked,
    NO_PACKAGES,
  );
  const software = new PackageForm(ask, () => void packages.refresh());
  const refresh = async () => form.offer(await outputs.refresh());
  every(OUTPUTS_EVERY_MS, visible, refresh);
  every(REQUESTS_EVERY_MS, visible, () => requests.refresh());
  every(PACKAGES_EVERY_MS, visible, () => packages.refresh());
  const parts = [outputs.node, form.node, requests.node, software.node, packages.node];
  return element("div", { class: "tre-panel", tabindex: "-1" }, ...parts);
}

function every(milliseconds: number, visible: () => boolean, act: () => Promise<unknown>): void {
  let last = 0;
  let waiting = false;
  window.setInterval(() => {
    if (waiting || document.hidden || !visible() || Date.now() - last < milliseconds) return;
    waiting = true;
    void act().finally(() => {
      waiting = false;
      last = Date.now();
    });
  }, 500);
}
