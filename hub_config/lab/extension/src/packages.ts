// Packages of Python that are not here: a form that asks for one, and what became of each.

import { element, field } from "./dom";
import type { Ask, Asked } from "./server";

/** A package that was asked for in this project. */
export function asked(one: Asked): HTMLElement {
  const made = element(
    "article",
    { "aria-label": `Package ${one.package}` },
    element("h3", {}, one.package),
    element("p", {}, element("strong", { class: "tre-state" }, one.state), ` · by ${one.person}`),
    element("p", {}, one.reason),
  );
  if (one.answer) made.append(element("p", { class: "tre-todo" }, one.answer));
  return made;
}

/** The form. */
export class PackageForm {
  readonly node: HTMLElement;
  private readonly name = element("input", { name: "package", class: "jp-mod-styled", autocomplete: "off" });
  private readonly reason = element("input", { name: "reason", class: "jp-mod-styled", autocomplete: "off" });
  private readonly send = element("button", { type: "submit", class: "jp-mod-styled" }, "Ask for this package");
  private readonly said = element("p", { class: "tre-said", role: "status" });

  constructor(
    private readonly ask: Ask,
    private readonly sent: () => void,
  ) {
    const form = element(
      "form",
      {},
      field("Package", this.name, "Its name on the Python Package Index."),
      field("Reason", this.reason, "What you need it for, in a line. An operator or data manager decides."),
      this.send,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit(form);
    });
    this.node = element(
      "section",
      { "aria-labelledby": "tre-packages" },
      element("h2", { id: "tre-packages" }, "Ask for a package"),
      form,
      this.said,
    );
  }

  private async submit(form: HTMLFormElement): Promise<void> {
    this.send.disabled = true;
    try {
      const made = await this.ask<Asked>("packages", { package: this.name.value, reason: this.reason.value });
      this.say(`${made.package}: ${made.state}.`, "tre-done");
      form.reset();
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
