import { CodedError } from "../../lib/errors/index.ts";
import { isDisabled, matches, selectAll } from "./match.ts";
import {
  attributeOf,
  describeElement,
  type Element,
  elementsIn,
  innerHtml,
  isElement,
  isWithin,
  outerHtml,
  type Parent,
  visibleText,
} from "./nodes.ts";
import { parseSelector } from "./selector.ts";
import type { Tab } from "./tab.ts";

/** An element of the page. It stays the same through patches, as it does in a browser, until it is gone. @public */
export interface TestElement {
  readonly tag: string;
  /** The text people read, white space drawn together. */
  readonly text: string;
  /** Markup, with the element itself. */
  readonly html: string;
  /** Markup inside. */
  readonly innerHtml: string;
  readonly classes: readonly string[];
  /** Of a control: what a person sees in it, or has typed. */
  readonly value: string;
  readonly checked: boolean;
  readonly disabled: boolean;
  readonly focused: boolean;
  /** Whether it is still on the page. */
  readonly isConnected: boolean;
  readonly parent: TestElement | undefined;
  /** The value of an attribute; `undefined` when it is not there. */
  attribute(name: string): string | undefined;
  matches(selector: string): boolean;
  /** The one element inside. @throws CodedError `TESTING_NO_MATCH`, `TESTING_AMBIGUOUS`, `TESTING_BAD_SELECTOR`. */
  get(selector: string, text?: string | RegExp): TestElement;
  /** The one element inside, if there is one. @throws CodedError `TESTING_AMBIGUOUS`, `TESTING_BAD_SELECTOR`. */
  query(selector: string, text?: string | RegExp): TestElement | undefined;
  /** All elements inside, in document order. @throws CodedError `TESTING_BAD_SELECTOR`. */
  queryAll(selector: string, text?: string | RegExp): readonly TestElement[];
}

/** What names an element: a selector, or an element found before. @public */
export type Target = string | TestElement;

const NODES = new WeakMap<TestElement, { readonly tab: Tab; readonly node: Element }>();
const LISTED = 12;

/** Makes the handle of an element. */
export function elementOf(tab: Tab, node: Element): TestElement {
  const element: TestElement = {
    tag: node.tagName,
    get text() {
      return visibleText(node);
    },
    get html() {
      return outerHtml(node);
    },
    get innerHtml() {
      return innerHtml(node);
    },
    get classes() {
      return (attributeOf(node, "class") ?? "").split(/\s+/).filter((name) => name !== "");
    },
    get value() {
      return tab.controls.valueOf(node);
    },
    get checked() {
      return tab.controls.isChecked(node);
    },
    get disabled() {
      return isDisabled(node);
    },
    get focused() {
      return tab.focused === node;
    },
    get isConnected() {
      return isWithin(node, tab.document);
    },
    get parent() {
      return isElement(node.parentNode) ? elementOf(tab, node.parentNode) : undefined;
    },
    attribute: (name) => attributeOf(node, name),
    matches: (selector) => matches(node, parseSelector(selector), (control) => tab.controls.isChecked(control)),
    get: (selector, text) => elementOf(tab, getIn(tab, node, selector, text)),
    query: (selector, text) => queryIn(tab, node, selector, text),
    queryAll: (selector, text) => findIn(tab, node, selector, text).map((found) => elementOf(tab, found)),
  };
  NODES.set(element, { tab, node });
  return element;
}

/** The node a test means. @throws CodedError `TESTING_NO_MATCH`, `TESTING_AMBIGUOUS`, `TESTING_BAD_SELECTOR`. */
export function nodeOf(tab: Tab, target: Target, text?: string | RegExp): Element {
  if (typeof target === "string") return getIn(tab, tab.document, target, text);
  const known = NODES.get(target);
  if (known === undefined || known.tab !== tab)
    throw new CodedError("TESTING_NO_MATCH", "the element is one of another page");
  if (!isWithin(known.node, tab.document))
    throw new CodedError("TESTING_NO_MATCH", `${describeElement(known.node)} is no longer on the page`);
  return known.node;
}

/** All elements in a node that a selector means, and whose text fits. */
export function findIn(tab: Tab, within: Parent, selector: string, text?: string | RegExp): Element[] {
  const found = selectAll(within, parseSelector(selector), (control) => tab.controls.isChecked(control));
  return text === undefined ? found : found.filter((element) => hasText(element, text));
}

export function queryIn(tab: Tab, within: Parent, selector: string, text?: string | RegExp): TestElement | undefined {
  return findIn(tab, within, selector, text).length === 0
    ? undefined
    : elementOf(tab, getIn(tab, within, selector, text));
}

function getIn(tab: Tab, within: Parent, selector: string, text?: string | RegExp): Element {
  const found = findIn(tab, within, selector, text);
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const asked =
    text === undefined
      ? selector
      : `${selector} with the text ${typeof text === "string" ? JSON.stringify(text) : text}`;
  if (first !== undefined)
    throw new CodedError("TESTING_AMBIGUOUS", `${asked} means ${found.length} elements:${listed(found)}`);
  throw new CodedError("TESTING_NO_MATCH", `nothing on ${tab.url} is ${asked}; ${whatThereIs(within, selector)}`);
}

function hasText(element: Element, text: string | RegExp): boolean {
  const own = visibleText(element);
  return typeof text === "string" ? own.includes(text.replace(/\s+/g, " ").trim()) : text.test(own);
}

const TELLING = ["a", "button", "input", "select", "textarea", "form", "h1", "h2", "h3", "li", "output"];

/** Elements of the tag that was asked for; where there is none, those people look at and use. */
function whatThereIs(within: Parent, selector: string): string {
  const all = [...elementsIn(within)];
  const tag = /([a-z][a-z0-9]*)[^\s>+~,]*$/i.exec(selector)?.[1]?.toLowerCase();
  const alike = all.filter((element) => element.tagName === tag);
  const some =
    alike.length > 0
      ? alike
      : all.filter((element) => TELLING.includes(element.tagName) || attributeOf(element, "id") !== undefined);
  return some.length === 0 ? "the page is empty" : `there is${listed(some)}`;
}

function listed(elements: readonly Element[]): string {
  const lines = elements.slice(0, LISTED).map((element) => `\n  ${describeElement(element)}`);
  const rest = elements.length - lines.length;
  return lines.join("") + (rest > 0 ? `\n  and ${rest} more` : "");
}
