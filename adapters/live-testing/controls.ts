import { isDisabled } from "./match.ts";
import { attributeOf, type Element, elementsIn, isElement, type Parent, textIn } from "./nodes.ts";

/** A file for an upload. @public */
export interface TestFile {
  readonly name: string;
  /** Media type. @defaultValue "application/octet-stream" */
  readonly type?: string;
  readonly bytes: Uint8Array;
}

/** What a person has done to a control; without it the control shows what its attributes say. */
interface Touched {
  value?: string;
  isChecked?: boolean;
  files?: readonly TestFile[];
}

const WITHOUT_VALUE = ["submit", "button", "reset", "image"];

/** The state of a page's controls, beside their attributes as in a browser. */
export class Controls {
  readonly #touched = new WeakMap<Element, Touched>();

  valueOf(control: Element): string {
    const value = this.#touched.get(control)?.value;
    if (value !== undefined) return value;
    if (control.tagName === "textarea") return textIn(control).replace(/^\n/, "");
    if (control.tagName === "select") return this.#chosen(control).map(optionValue)[0] ?? "";
    if (control.tagName === "option") return optionValue(control);
    const isBox = ["checkbox", "radio"].includes(attributeOf(control, "type") ?? "");
    return attributeOf(control, "value") ?? (isBox ? "on" : "");
  }

  setValue(control: Element, value: string): void {
    this.#of(control).value = value;
  }

  isChecked(control: Element): boolean {
    if (control.tagName === "option") {
      const select = closest(control, (element) => element.tagName === "select");
      return select !== undefined && this.#chosen(select).includes(control);
    }
    return this.#touched.get(control)?.isChecked ?? attributeOf(control, "checked") !== undefined;
  }

  /** Checks or unchecks a box; of radio buttons with one name in one form, one is checked. */
  setChecked(control: Element, isChecked: boolean, root: Parent): void {
    this.#of(control).isChecked = isChecked;
    const name = attributeOf(control, "name");
    if (!isChecked || attributeOf(control, "type") !== "radio" || name === undefined) return;
    const form = formOf(control, root);
    for (const other of elementsIn(root)) {
      const isPeer = other !== control && attributeOf(other, "type") === "radio" && attributeOf(other, "name") === name;
      if (isPeer && formOf(other, root) === form) this.#of(other).isChecked = false;
    }
  }

  /** Chooses the options of a select that have these values. */
  choose(select: Element, values: readonly string[]): void {
    for (const option of optionsOf(select)) this.#of(option).isChecked = values.includes(optionValue(option));
  }

  filesOf(control: Element): readonly TestFile[] {
    return this.#touched.get(control)?.files ?? [];
  }

  setFiles(control: Element, files: readonly TestFile[]): void {
    this.#of(control).files = files;
  }

  /** The server has set an attribute or a text: the property behind it follows, except in the control that has the focus. */
  follow(element: Element, name: string, value: string | undefined, focused: Element | undefined): void {
    const touched = this.#touched.get(element);
    if (name === "checked" || name === "selected") {
      if (touched !== undefined) delete touched.isChecked;
      if (value !== undefined && element.tagName === "option") this.#forgetChoice(element);
    } else if ((name === "value" || name === "#text") && element !== focused && touched !== undefined)
      delete touched.value;
  }

  /** Back to what the attributes say, as the reset of a form does. */
  reset(form: Element, root: Parent): void {
    for (const control of elementsIn(root)) {
      if (
        formOf(control, root) === form ||
        (control.tagName === "option" && closest(control, (e) => e === form) !== undefined)
      )
        this.#touched.delete(control);
    }
  }

  /** What a form sends, in document order: name and value. */
  entriesOf(form: Element, root: Parent, submitter?: Element): [name: string, value: string | TestFile][] {
    const entries: [string, string | TestFile][] = [];
    for (const control of elementsIn(root)) {
      if (!isListed(control) || formOf(control, root) !== form || isDisabled(control)) continue;
      const name = attributeOf(control, "name") ?? "";
      const type =
        control.tagName === "input" ? (attributeOf(control, "type") ?? "text").toLowerCase() : control.tagName;
      const isButton = control.tagName === "button" || WITHOUT_VALUE.includes(type);
      if (name === "" || (isButton && control !== submitter)) continue;
      if (type === "checkbox" || type === "radio") {
        if (this.isChecked(control)) entries.push([name, this.valueOf(control)]);
      } else if (type === "file") for (const file of this.filesOf(control)) entries.push([name, file]);
      else if (type === "select") {
        for (const option of this.#chosen(control)) if (!isDisabled(option)) entries.push([name, optionValue(option)]);
      } else entries.push([name, this.valueOf(control)]);
    }
    return entries;
  }

  #chosen(select: Element): Element[] {
    const options = optionsOf(select);
    const chosen = options.filter(
      (option) => this.#touched.get(option)?.isChecked ?? attributeOf(option, "selected") !== undefined,
    );
    if (attributeOf(select, "multiple") !== undefined) return chosen;
    const first = options.find((option) => !isDisabled(option));
    return chosen.length > 0 ? chosen.slice(-1) : first === undefined ? [] : [first];
  }

  /** The server's choice wins over that of a person, as it does in a browser. */
  #forgetChoice(option: Element): void {
    const select = closest(option, (element) => element.tagName === "select");
    if (select === undefined || attributeOf(select, "multiple") !== undefined) return;
    for (const other of optionsOf(select)) delete this.#touched.get(other)?.isChecked;
  }

  #of(control: Element): Touched {
    const known = this.#touched.get(control) ?? {};
    this.#touched.set(control, known);
    return known;
  }
}

const LISTED = ["input", "select", "textarea", "button"];

/** Whether an element is a control that forms send. */
export function isListed(element: Element): boolean {
  return LISTED.includes(element.tagName);
}

/** The form a control belongs to: the one its `form` names, else the one around it. */
export function formOf(control: Element, root: Parent): Element | undefined {
  const id = attributeOf(control, "form");
  if (id !== undefined && isListed(control)) {
    for (const element of elementsIn(root))
      if (attributeOf(element, "id") === id) return element.tagName === "form" ? element : undefined;
    return undefined;
  }
  return isListed(control) ? closest(control, (element) => element.tagName === "form") : undefined;
}

/** The nearest element that holds, the element itself first. */
export function closest(element: Element, holds: (element: Element) => boolean): Element | undefined {
  let at: Parent | null = element;
  for (; isElement(at); at = at.parentNode) if (holds(at)) return at;
  return undefined;
}

export function optionsOf(select: Element): Element[] {
  return [...elementsIn(select)].filter((element) => element.tagName === "option");
}

export function optionValue(option: Element): string {
  return attributeOf(option, "value") ?? textIn(option).replace(/\s+/g, " ").trim();
}
