import { type SimEvent, SimTarget } from "./events.ts";
import { matches } from "./select.ts";

/** Tells observers and the document that children of a node have changed. */
export interface Watch {
  changed(parent: SimNode): void;
  removed(node: SimNode): void;
}

/** A node: siblings and children are linked, and what is asked for as a list is made then. */
export class SimNode extends SimTarget {
  static readonly ELEMENT_NODE = 1;
  static readonly TEXT_NODE = 3;
  static readonly COMMENT_NODE = 8;
  readonly nodeType: number = 0;
  readonly nodeName: string = "";
  parentNode: SimNode | null = null;
  firstChild: SimNode | null = null;
  lastChild: SimNode | null = null;
  previousSibling: SimNode | null = null;
  nextSibling: SimNode | null = null;
  /** Set on the document alone. */
  watch: Watch | undefined;

  get nodeValue(): string | null {
    return null;
  }
  get childNodes(): SimNode[] {
    const list: SimNode[] = [];
    for (let node = this.firstChild; node !== null; node = node.nextSibling) list.push(node);
    return list;
  }
  get children(): SimElement[] {
    return this.childNodes.filter(isElement);
  }
  get firstElementChild(): SimElement | null {
    return this.children[0] ?? null;
  }
  get lastElementChild(): SimElement | null {
    return this.children.at(-1) ?? null;
  }
  get childElementCount(): number {
    return this.children.length;
  }
  get parentElement(): SimElement | null {
    return this.parentNode instanceof SimElement ? this.parentNode : null;
  }
  get isConnected(): boolean {
    return this.getRootNode().watch !== undefined;
  }
  get textContent(): string | null {
    return this.childNodes.map((node) => (node instanceof SimComment ? "" : node.textContent)).join("");
  }
  set textContent(text: string | null) {
    this.replaceChildren(...(text ? [text] : []));
  }

  override eventParent(): SimTarget | null {
    return this.parentNode;
  }
  getRootNode(): SimNode {
    let node: SimNode = this;
    while (node.parentNode !== null) node = node.parentNode;
    return node;
  }
  contains(other: SimNode | null): boolean {
    let node = other;
    while (node !== null && node !== this) node = node.parentNode;
    return node === this;
  }
  hasChildNodes(): boolean {
    return this.firstChild !== null;
  }

  insertBefore<T extends SimNode>(node: T, before: SimNode | null): T {
    if (before !== null && before.parentNode !== this) throw new Error("NotFoundError: not a child of this node");
    if (node.contains(this)) throw new Error("HierarchyRequestError: the node would hold itself");
    if (node instanceof SimFragment) {
      for (const child of node.childNodes) this.insertBefore(child, before);
      return node;
    }
    const next = before === node ? node.nextSibling : before;
    node.remove();
    const previous = next === null ? this.lastChild : next.previousSibling;
    node.parentNode = this;
    node.previousSibling = previous;
    node.nextSibling = next;
    if (previous === null) this.firstChild = node;
    else previous.nextSibling = node;
    if (next === null) this.lastChild = node;
    else next.previousSibling = node;
    this.getRootNode().watch?.changed(this);
    return node;
  }
  appendChild<T extends SimNode>(node: T): T {
    return this.insertBefore(node, null);
  }
  removeChild<T extends SimNode>(node: T): T {
    if (node.parentNode !== this) throw new Error("NotFoundError: not a child of this node");
    node.remove();
    return node;
  }
  replaceChild<T extends SimNode>(node: SimNode, old: T): T {
    this.insertBefore(node, old);
    return this.removeChild(old);
  }
  remove(): void {
    const { parentNode: parent, previousSibling: previous, nextSibling: next } = this;
    if (parent === null) return;
    const { watch } = parent.getRootNode();
    watch?.removed(this);
    if (previous === null) parent.firstChild = next;
    else previous.nextSibling = next;
    if (next === null) parent.lastChild = previous;
    else next.previousSibling = previous;
    this.parentNode = null;
    this.previousSibling = null;
    this.nextSibling = null;
    watch?.changed(parent);
  }
  append(...items: readonly (SimNode | string)[]): void {
    for (const item of items) this.appendChild(nodeOf(item));
  }
  prepend(...items: readonly (SimNode | string)[]): void {
    const first = this.firstChild;
    for (const item of items) this.insertBefore(nodeOf(item), first);
  }
  before(...items: readonly (SimNode | string)[]): void {
    for (const item of items) this.parentNode?.insertBefore(nodeOf(item), this);
  }
  after(...items: readonly (SimNode | string)[]): void {
    const next = this.nextSibling;
    for (const item of items) this.parentNode?.insertBefore(nodeOf(item), next);
  }
  replaceWith(...items: readonly (SimNode | string)[]): void {
    this.before(...items);
    this.remove();
  }
  replaceChildren(...items: readonly (SimNode | string)[]): void {
    for (const child of this.childNodes) child.remove();
    this.append(...items);
  }

  /** Joins texts that stand side by side. */
  normalize(): void {
    for (const child of this.childNodes) {
      if (!(child instanceof SimText)) child.normalize();
      else if (child.data === "") child.remove();
      else if (child.previousSibling instanceof SimText) {
        child.previousSibling.data += child.data;
        child.remove();
      }
    }
  }

  querySelector(selector: string): SimElement | null {
    return this.find(selector, true)[0] ?? null;
  }
  querySelectorAll(selector: string): SimElement[] {
    return this.find(selector, false);
  }
  private find(selector: string, isOne: boolean): SimElement[] {
    const found: SimElement[] = [];
    let node: SimNode | null = this.firstChild;
    while (node !== null) {
      if (node instanceof SimElement && matches(node, selector)) {
        found.push(node);
        if (isOne) return found;
      }
      if (node.firstChild !== null) node = node.firstChild;
      else {
        while (node !== null && node !== this && node.nextSibling === null) node = node.parentNode;
        node = node === null || node === this ? null : node.nextSibling;
      }
    }
    return found;
  }

  cloneNode(isDeep = false): SimNode {
    const copy = this.copy();
    if (isDeep)
      for (let node = this.firstChild; node !== null; node = node.nextSibling) copy.appendChild(node.cloneNode(true));
    return copy;
  }
  protected copy(): SimNode {
    return new SimNode();
  }
}

abstract class SimData extends SimNode {
  data: string;
  constructor(data = "") {
    super();
    this.data = String(data);
  }
  override get nodeValue(): string {
    return this.data;
  }
  override get textContent(): string {
    return this.data;
  }
  override set textContent(text: string | null) {
    this.data = text ?? "";
  }
  get length(): number {
    return this.data.length;
  }
  /** A part of the text for another. */
  replaceData(at: number, count: number, text: string): void {
    this.data = this.data.slice(0, at) + text + this.data.slice(at + count);
  }
  insertData(at: number, text: string): void {
    this.replaceData(at, 0, text);
  }
  deleteData(at: number, count: number): void {
    this.replaceData(at, count, "");
  }
}
export class SimText extends SimData {
  override readonly nodeType: number = 3;
  override readonly nodeName: string = "#text";
  protected override copy(): SimNode {
    return new SimText(this.data);
  }
}
export class SimComment extends SimData {
  override readonly nodeType: number = 8;
  override readonly nodeName: string = "#comment";
  protected override copy(): SimNode {
    return new SimComment(this.data);
  }
}
export class SimFragment extends SimNode {
  override readonly nodeType: number = 11;
  override readonly nodeName: string = "#document-fragment";
  protected override copy(): SimNode {
    return new SimFragment();
  }
}

export class SimElement extends SimNode {
  override readonly nodeType: number = 1;
  override readonly nodeName: string;
  readonly localName: string;
  readonly namespaceURI: string;
  readonly attributeMap: Map<string, string> = new Map();
  /** Kept for scripts that write them. */
  readonly style: Record<string, string> = {};
  scrollTop = 0;
  scrollLeft = 0;

  constructor(localName: string, namespaceURI = "http://www.w3.org/1999/xhtml") {
    super();
    this.localName = localName;
    this.namespaceURI = namespaceURI;
    this.nodeName = namespaceURI.endsWith("xhtml") ? localName.toUpperCase() : localName;
  }
  get tagName(): string {
    return this.nodeName;
  }
  get attributes(): { readonly name: string; readonly value: string }[] {
    return Array.from(this.attributeMap, ([name, value]) => ({ name, value }));
  }
  get id(): string {
    return this.getAttribute("id") ?? "";
  }
  get className(): string {
    return this.getAttribute("class") ?? "";
  }
  set className(value: string) {
    this.setAttribute("class", value);
  }
  get classList(): {
    add(name: string): void;
    remove(name: string): void;
    toggle(name: string, on?: boolean): boolean;
    contains(name: string): boolean;
  } {
    const names = new Set(this.className.split(/\s+/).filter(Boolean));
    const write = (): void => {
      if (names.size > 0 || this.hasAttribute("class")) this.className = [...names].join(" ");
    };
    const toggle = (name: string, on = !names.has(name)): boolean => {
      if (on) names.add(name);
      else names.delete(name);
      write();
      return on;
    };
    return {
      add: (name) => void toggle(name, true),
      remove: (name) => void toggle(name, false),
      toggle,
      contains: (name) => names.has(name),
    };
  }
  get nextElementSibling(): SimElement | null {
    let node = this.nextSibling;
    while (node !== null && !isElement(node)) node = node.nextSibling;
    return node;
  }
  get previousElementSibling(): SimElement | null {
    let node = this.previousSibling;
    while (node !== null && !isElement(node)) node = node.previousSibling;
    return node;
  }
  getAttribute(name: string): string | null {
    return this.attributeMap.get(name.toLowerCase()) ?? null;
  }
  getAttributeNames(): string[] {
    return [...this.attributeMap.keys()];
  }
  hasAttribute(name: string): boolean {
    return this.attributeMap.has(name.toLowerCase());
  }
  setAttribute(name: string, value: unknown): void {
    this.attributeMap.set(name.toLowerCase(), String(value));
  }
  removeAttribute(name: string): void {
    this.attributeMap.delete(name.toLowerCase());
  }
  toggleAttribute(name: string, on = !this.hasAttribute(name)): boolean {
    if (!on) this.removeAttribute(name);
    else if (!this.hasAttribute(name)) this.setAttribute(name, "");
    return on;
  }
  matches(selector: string): boolean {
    return matches(this, selector);
  }
  closest(selector: string): SimElement | null {
    let element: SimElement | null = this;
    while (element !== null && !matches(element, selector)) element = element.parentElement;
    return element;
  }
  protected override copy(): SimNode {
    const copy = new (this.constructor as typeof SimElement)(this.localName, this.namespaceURI); // cast: subclasses take the same
    for (const [name, value] of this.attributeMap) copy.attributeMap.set(name, value);
    return copy;
  }
  /** What the browser does about an event nobody prevented. */
  protected activate(_event: SimEvent): void {}
}

function isElement(node: SimNode): node is SimElement {
  return node.nodeType === 1;
}
function nodeOf(item: SimNode | string): SimNode {
  return typeof item === "string" ? new SimText(item) : item;
}

// Browsers have these as accessors of the prototype: whoever asks that on behalf of a form, whose fields may be called so, gets what the form has.
for (const name of ["nodeName", "parentNode", "firstChild", "lastChild", "previousSibling", "nextSibling"])
  Object.defineProperty(SimNode.prototype, name, {
    get(this: SimNode): unknown {
      return Object.getOwnPropertyDescriptor(this, name)?.value;
    },
  });
