// One list of the panel.

import { element } from "./dom";

/** Shows what the server gives, and only touches the page when that has changed. */
export class Part<T> {
  readonly node: HTMLElement;
  private readonly list = element("div");
  private readonly trouble = element("p", { class: "tre-trouble", role: "alert", hidden: "" });
  private shown = "";

  constructor(
    title: string,
    private readonly get: () => Promise<T[]>,
    private readonly row: (item: T) => HTMLElement,
    private readonly empty: string,
  ) {
    const id = `tre-part-${title.toLowerCase().replace(/\W+/g, "-")}`;
    this.node = element("section", { "aria-labelledby": id }, element("h2", { id }, title), this.trouble, this.list);
  }

  async refresh(): Promise<T[]> {
    let items: T[] = [];
    try {
      items = await this.get();
      this.trouble.hidden = true;
    } catch (error) {
      this.trouble.textContent = (error as Error).message;
      this.trouble.hidden = false;
      return items;
    }
    const now = JSON.stringify(items);
    if (now === this.shown) return items;
    this.shown = now;
    const open = new Set([...this.list.querySelectorAll("details[open]")].map((one) => one.getAttribute("data-key")));
    this.list.replaceChildren(
      ...(items.length ? items.map(this.row) : [element("p", { class: "tre-empty" }, this.empty)]),
    );
    for (const one of this.list.querySelectorAll("details")) one.open = open.has(one.getAttribute("data-key"));
    return items;
  }
}
