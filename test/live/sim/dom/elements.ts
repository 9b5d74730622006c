import { type DefaultTreeAdapterMap, parseFragment, serialize } from "parse5";
import { SimEvent } from "./events.ts";
import { SimComment, SimElement, SimFragment, type SimNode, SimText } from "./nodes.ts";

const bubbling = { bubbles: true, cancelable: true } as const;

export class SimHtmlElement extends SimElement {
  hidden = false;

  get innerHTML(): string {
    return markupOf(this);
  }
  set innerHTML(markup: string) {
    const content = parse(markup, this.localName);
    this.replaceChildren(content);
  }
  get dataset(): Record<string, string> {
    return Object.fromEntries(
      this.attributes.filter(({ name }) => name.startsWith("data-")).map(({ name, value }) => [name.slice(5), value]),
    );
  }
  focus(): void {
    const root = this.getRootNode() as SimNode & { activeElement?: SimElement | null }; // cast: a document has one
    if (!this.isConnected || root.activeElement === this) return;
    root.activeElement?.dispatchEvent(new SimEvent("blur"));
    root.activeElement = this;
    this.dispatchEvent(new SimEvent("focus"));
    this.dispatchEvent(new SimEvent("focusin", { bubbles: true }));
  }
  blur(): void {
    const root = this.getRootNode() as SimNode & { activeElement?: SimElement | null }; // cast: as above
    if (root.activeElement === this) root.activeElement = null;
  }
  click(): void {
    if (this.hasAttribute("disabled")) return;
    const event = new SimEvent("click", bubbling, { ctrlKey: false, metaKey: false, shiftKey: false });
    if (this.dispatchEvent(event)) this.activate(event);
  }
}

/** Input, textarea, select and button: a value of its own once somebody has changed it. */
export class SimControl extends SimHtmlElement {
  selectionStart: number | null = null;
  selectionEnd: number | null = null;
  private own: string | undefined;
  private isOn: boolean | undefined;

  get name(): string {
    return this.getAttribute("name") ?? "";
  }
  get type(): string {
    return (
      this.getAttribute("type") ??
      (this.localName === "button" ? "submit" : this.localName === "input" ? "text" : this.localName)
    );
  }
  get defaultValue(): string {
    return (this.localName === "textarea" ? this.textContent : this.getAttribute("value")) ?? "";
  }
  get value(): string {
    const isBox =
      this.localName === "input" && ["checkbox", "radio"].includes(this.type) && !this.hasAttribute("value");
    return isBox ? "on" : (this.own ?? this.defaultValue);
  }
  set value(value: string) {
    if (this.localName === "button" || this.type === "hidden") this.setAttribute("value", value);
    else this.own = String(value);
    this.selectionStart = this.selectionEnd = this.value.length;
  }
  get defaultChecked(): boolean {
    return this.hasAttribute("checked");
  }
  get checked(): boolean {
    return this.isOn ?? this.defaultChecked;
  }
  set checked(isOn: boolean) {
    this.isOn = isOn;
  }
  get disabled(): boolean {
    return this.hasAttribute("disabled");
  }
  set disabled(isOn: boolean) {
    this.toggleAttribute("disabled", isOn);
  }
  get form(): SimForm | null {
    return this.closest("form") as SimForm | null; // cast: only forms are called so
  }
  setSelectionRange(start: number | null, end: number | null): void {
    this.selectionStart = start;
    this.selectionEnd = end;
  }
  forgetValue(): void {
    this.own = undefined;
    this.isOn = undefined;
  }
  protected override activate(): void {
    if (this.localName === "button" && this.type === "submit") this.form?.requestSubmit(this);
  }
  protected override copy(): SimNode {
    const copy = super.copy() as SimControl; // cast: made by this class
    copy.own = this.own;
    copy.isOn = this.isOn;
    return copy;
  }
}

export class SimForm extends SimHtmlElement {
  get elements(): SimControl[] {
    return this.querySelectorAll("input, textarea, select, button") as SimControl[]; // cast: the names say so
  }
  requestSubmit(submitter: SimControl | null = null): void {
    const event = new SimEvent("submit", bubbling, { submitter });
    if (this.dispatchEvent(event)) throw new Error("nobody took the submit: the page would be left");
  }
  reset(): void {
    if (!this.dispatchEvent(new SimEvent("reset", bubbling))) return;
    for (const control of this.elements) control.forgetValue();
  }
}

export class SimTemplate extends SimHtmlElement {
  readonly content: SimFragment = new SimFragment();
  override get innerHTML(): string {
    return markupOf(this.content);
  }
  override set innerHTML(markup: string) {
    this.content.replaceChildren(parse(markup, "template"));
  }
}

/** The fields of a form, and the button that sent it. */
export class SimFormData {
  private readonly fields: [string, string][] = [];
  constructor(form?: SimForm, submitter?: SimControl | null) {
    for (const control of form?.elements ?? []) {
      const isOff = ["checkbox", "radio"].includes(control.type) && !control.checked;
      if (control.name === "" || control.disabled || isOff || (control.localName === "button" && control !== submitter))
        continue;
      this.fields.push([control.name, control.value]);
    }
  }
  get(name: string): string | null {
    return this.fields.find(([known]) => known === name)?.[1] ?? null;
  }
  entries(): IterableIterator<[string, string]> {
    return this.fields.values();
  }
  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }
}

export function createElement(name: string, namespaceURI?: string): SimElement {
  if (namespaceURI !== undefined && !namespaceURI.endsWith("xhtml")) return new SimElement(name, namespaceURI);
  if (name === "form") return new SimForm(name);
  if (name === "template") return new SimTemplate(name);
  if (["input", "textarea", "select", "button"].includes(name)) return new SimControl(name);
  return new SimHtmlElement(name);
}

interface Parsed {
  readonly nodeName: string;
  readonly value?: string;
  readonly data?: string;
  readonly namespaceURI?: string;
  readonly attrs?: readonly { readonly name: string; readonly value: string }[];
  readonly childNodes?: readonly Parsed[];
  readonly content?: Parsed;
}
type Tree = Parameters<typeof serialize<DefaultTreeAdapterMap>>[0];

const parsed = new Map<string, Parsed>();
const MOST_PARSED = 500;

/** Markup as nodes, as the parser reads it inside such an element. */
export function parse(markup: string, inside = "template"): SimFragment {
  const key = `${inside} ${markup}`;
  let tree = parsed.get(key);
  if (tree === undefined) {
    const box = parseFragment(`<${inside}></${inside}>`).childNodes[0];
    const isElement = box !== undefined && "tagName" in box;
    // cast: parse5's default tree
    tree = (
      isElement ? parseFragment(box, markup, { sourceCodeLocationInfo: false }) : parseFragment(markup)
    ) as Parsed;
    if (parsed.size >= MOST_PARSED) parsed.clear();
    parsed.set(key, tree);
  }
  const fragment = new SimFragment();
  for (const child of tree.childNodes ?? []) fragment.appendChild(nodeOf(child));
  return fragment;
}

function nodeOf(tree: Parsed): SimNode {
  if (tree.nodeName === "#text") return new SimText(tree.value);
  if (tree.nodeName === "#comment") return new SimComment(tree.data);
  const element = createElement(tree.nodeName, tree.namespaceURI);
  for (const { name, value } of tree.attrs ?? []) element.attributeMap.set(name, value);
  const inside = element instanceof SimTemplate ? element.content : element;
  for (const child of (tree.content ?? tree).childNodes ?? []) inside.appendChild(nodeOf(child));
  return element;
}

function markupOf(node: SimNode): string {
  return serialize<DefaultTreeAdapterMap>(treeOf(node) as unknown as Tree); // cast: the part of a tree that serialize reads
}

function treeOf(node: SimNode): object {
  if (node instanceof SimText) return { nodeName: "#text", value: node.data };
  if (node instanceof SimComment) return { nodeName: "#comment", data: node.data };
  const childNodes = node.childNodes.map(treeOf);
  if (!(node instanceof SimElement)) return { nodeName: "#document-fragment", childNodes };
  const content = node instanceof SimTemplate ? { content: treeOf(node.content) } : {};
  return {
    nodeName: node.localName,
    tagName: node.localName,
    namespaceURI: node.namespaceURI,
    attrs: node.attributes,
    childNodes,
    ...content,
  };
}
