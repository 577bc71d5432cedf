// Elements made from text. No markup is ever read from a string, so nothing that a file says can become one.

type Child = Node | string;

/** An element with its attributes and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** What a check says, as a word that also has a colour. */
export function badge(outcome: string): HTMLElement {
  return element("span", { class: `tre-badge tre-${outcome}` }, outcome.toUpperCase());
}

/** A control of a form with its label and help. */
export function field(
  label: string,
  control: HTMLInputElement | HTMLTextAreaElement,
  help: string,
  required = true,
): HTMLElement {
  const id = `tre-field-${control.name}`;
  control.id = id;
  control.required = required;
  control.setAttribute("aria-describedby", `${id}-help`);
  return element(
    "div",
    { class: "tre-field" },
    element("label", { for: id }, label),
    control,
    element("p", { class: "tre-help", id: `${id}-help` }, help),
  );
}
