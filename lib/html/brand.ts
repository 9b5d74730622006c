import type { Words } from "./bytes/words.ts";
import type { Template } from "./program/template-types.ts";
import type { Html, HtmlBrand, HtmlValue, Styles } from "./types.ts";

// A symbol that is not registered and never leaves this folder: neither JSON nor another library can write it.
const KIND: unique symbol = Symbol("busbar.html.kind");

export const HTML = 1;
export const RAW = 2;
export const EACH = 3;
export const JSON_DATA = 4;
export const CALL = 5;
export const CLASSES = 6;
export const STYLES = 7;
export const SPREAD = 8;
export const PROVIDE = 9;
export const USE = 10;
export const BOUNDARY = 11;
export const MEMO = 12;
export const CSS = 13;
export const HEAD_STYLES = 14;

/** The kind of a value of ours; `undefined` for every other object. */
export function kindOf(value: object): number | undefined {
  return (value as { readonly [KIND]?: number })[KIND]; // cast: any object may be asked; only ours answer
}

class HtmlNode<T> {
  readonly template: T;
  readonly values: readonly HtmlValue[];
  constructor(template: T, values: readonly HtmlValue[]) {
    this.template = template;
    this.values = values;
  }
  get [KIND](): number {
    return HTML;
  }
}

/**
 * A component that has not been called: to everyone else an evaluation of a template of one hole with a function in it. The function
 * and its list are made for those who ask; the renders call the component (bench: html, "JSX precompiled").
 */
export interface ComponentCall {
  readonly component: (props: object) => HtmlValue;
  readonly props: object;
}

class ComponentNode implements ComponentCall {
  readonly template: Template;
  readonly component: (props: object) => HtmlValue;
  readonly props: object;
  constructor(template: Template, component: (props: object) => HtmlValue, props: object) {
    this.template = template;
    this.component = component;
    this.props = props;
  }
  get values(): readonly HtmlValue[] {
    return [() => this.component(this.props)];
  }
  get [KIND](): number {
    return HTML;
  }
}

/** Makes the call of a component; `slot` is a template of one hole and nothing else. */
export function makeComponent(slot: Template, component: ComponentCall["component"], props: object): Html {
  return new ComponentNode(slot, component, props) as unknown as Html; // cast: the brand exists in types alone
}

/** Tells whether a value was made by `makeComponent`. */
export function isComponent(value: unknown): value is ComponentCall {
  return value instanceof ComponentNode;
}

/** Makes the one value that `isHtml` accepts. */
export function makeHtml(template: Template, values: readonly HtmlValue[]): Html {
  return new HtmlNode(template, values) as unknown as Html; // cast: the brand exists in types alone
}

/**
 * Tells whether a value is an evaluation of a template and not the call of a component. Asks the class, not `kindOf`, which has seen too many to be fast (bench: html,
 * "busbar JSX").
 */
export function isEvaluation(value: unknown): value is Html {
  return value instanceof HtmlNode;
}

/** What `styles` makes: the declarations, and whether nothing in them has to be escaped, as with most. */
export interface EncodedStyles {
  readonly text: string;
  /** The last value, and what stands before it: written one after the other, they need not be joined (bench: html, "JSX precompiled"). */
  readonly before: StylesStart;
  readonly last: string;
  readonly isPlain: boolean;
}

/** Where declarations begin: a text, and for the name of a single property the same in words. */
export interface StylesStart {
  readonly text: string;
  readonly words: Words | undefined;
}

// Nobody can change the fields of a class that keeps them to itself: as safe as a frozen object, in half the time (bench: html, "busbar JSX precompiled").
class StylesValue implements EncodedStyles {
  readonly #before: StylesStart;
  readonly #last: string;
  readonly #isPlain: boolean;
  constructor(before: StylesStart, last: string, isPlain: boolean) {
    this.#before = before;
    this.#last = last;
    this.#isPlain = isPlain;
  }
  get text(): string {
    return this.#before.text + this.#last;
  }
  get before(): StylesStart {
    return this.#before;
  }
  get last(): string {
    return this.#last;
  }
  get isPlain(): boolean {
    return this.#isPlain;
  }
  get [KIND](): number {
    return STYLES;
  }
}

/** Makes what `styles` returns. */
export function makeStyles(before: StylesStart, last: string, isPlain: boolean): Styles {
  return new StylesValue(before, last, isPlain) as unknown as Styles; // cast: the brand exists in types alone
}

/** Tells whether a value was made by `makeStyles` and needs no escaping. */
export function isPlainStyles(value: unknown): value is EncodedStyles {
  return value instanceof StylesValue && value.isPlain;
}

/** Makes one of the other branded values of these fields, a fresh object of the caller's: frozen from now on. */
export function makeMarked<T extends object>(kind: number, fields: Omit<T, keyof HtmlBrand<string>>): T {
  (fields as { [KIND]?: number })[KIND] = kind; // cast: this is what makes it one of ours
  return Object.freeze(fields) as unknown as T; // cast: the brand exists in types alone
}

/**
 * Tells whether a value was made by `html`.
 * @public
 */
export function isHtml(value: unknown): value is Html {
  return typeof value === "object" && value !== null && kindOf(value) === HTML;
}
