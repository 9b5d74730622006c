import { createElement, SimControl, SimForm, SimFormData, SimHtmlElement, SimTemplate } from "./elements.ts";
import { SimAbortController, SimEvent, SimTarget } from "./events.ts";
import { SimComment, SimElement, SimFragment, SimNode, SimText } from "./nodes.ts";

/** A document with a head and a body. */
export class SimDocument extends SimNode {
  override readonly nodeType: number = 9;
  override readonly nodeName: string = "#document";
  readonly documentElement: SimElement = createElement("html");
  readonly head: SimElement = createElement("head");
  readonly body: SimHtmlElement = createElement("body") as SimHtmlElement; // cast: what it makes
  readonly observers: Set<SimObserver> = new Set();
  readonly readyState = "complete";
  visibilityState: "visible" | "hidden" = "visible";
  title = "";
  baseURI = "http://sim.test/";
  URL = "http://sim.test/";
  defaultView: SimTarget | null = null;
  private active: SimElement | null = null;

  constructor() {
    super();
    this.watch = {
      changed: (parent) => {
        for (const observer of this.observers) observer.note(parent);
      },
      removed: (node) => {
        if (this.active !== null && node.contains(this.active)) this.active = null;
      },
    };
    this.documentElement.append(this.head, this.body);
    this.append(this.documentElement);
  }
  get activeElement(): SimElement {
    return this.active ?? this.body;
  }
  set activeElement(element: SimElement | null) {
    this.active = element;
  }
  get hidden(): boolean {
    return this.visibilityState === "hidden";
  }
  override eventParent(): SimTarget | null {
    return this.defaultView;
  }
  createElement(name: string): SimElement {
    return createElement(name);
  }
  createTextNode(text: string): SimText {
    return new SimText(text);
  }
  createComment(text: string): SimComment {
    return new SimComment(text);
  }
  createDocumentFragment(): SimFragment {
    return new SimFragment();
  }
  importNode(node: SimNode, isDeep: boolean): SimNode {
    return node.cloneNode(isDeep);
  }
  getElementById(id: string): SimElement | null {
    return this.querySelector(`#${id}`);
  }
  hasFocus(): boolean {
    return true;
  }
}

/** Hears, after the script that did it, that children have changed. */
export class SimObserver {
  private readonly callback: (records: readonly object[]) => void;
  private observed: SimDocument | undefined;
  private root: SimNode | undefined;
  private isDue = false;

  constructor(callback: (records: readonly object[]) => void) {
    this.callback = callback;
  }
  observe(node: SimNode): void {
    const root = node.getRootNode();
    if (!(root instanceof SimDocument)) return;
    this.root = node;
    this.observed = root;
    root.observers.add(this);
  }
  disconnect(): void {
    this.observed?.observers.delete(this);
  }
  takeRecords(): readonly object[] {
    return [];
  }
  note(parent: SimNode): void {
    if (this.isDue || this.root?.contains(parent) !== true) return;
    this.isDue = true;
    queueMicrotask(() => {
      this.isDue = false;
      if (this.observed?.observers.has(this) === true) this.callback([{ type: "childList", target: parent }]);
    });
  }
}

/** A window: what a script finds in it besides the language. */
export class SimWindow extends SimTarget {
  readonly document: SimDocument = new SimDocument();
  readonly navigator: { onLine: boolean; readonly userAgent: string } = { onLine: true, userAgent: "sim" };
  readonly Node = SimNode;
  readonly Text = SimText;
  readonly Comment = SimComment;
  readonly Element = SimElement;
  readonly DocumentFragment = SimFragment;
  readonly Document = SimDocument;
  readonly HTMLElement = SimHtmlElement;
  readonly HTMLFormElement = SimForm;
  readonly HTMLTemplateElement = SimTemplate;
  readonly HTMLInputElement = SimControl;
  readonly HTMLTextAreaElement = SimControl;
  readonly HTMLSelectElement = SimControl;
  readonly HTMLButtonElement = SimControl;
  readonly Event = SimEvent;
  readonly CustomEvent = SimEvent;
  readonly SubmitEvent = SimEvent;
  readonly FormData = SimFormData;
  readonly AbortController = SimAbortController;
  readonly MutationObserver = SimObserver;
  readonly CSS = { escape: (text: string): string => text.replace(/[^\w-]/g, "\\$&") };
  scrollX = 0;
  scrollY = 0;

  constructor() {
    super();
    this.document.defaultView = this;
  }
  scrollTo(): void {}
  getSelection(): null {
    return null;
  }
  matchMedia(): { readonly matches: boolean } {
    return { matches: false };
  }
}
