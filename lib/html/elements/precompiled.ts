import { makeHtml } from "../brand.ts";
import { failAt } from "../contexts.ts";
import { ByStatics } from "../parse/by-statics.ts";
import { SPREAD } from "../program/operation.ts";
import { type CompiledTemplate, compileTemplate } from "../program/template.ts";
import type { Template } from "../program/template-types.ts";
import type { Html, HtmlValue } from "../types.ts";
import type { AttributeMark } from "./jsx-types.ts";
import { checkAttributeName } from "./shape-names.ts";

/** A template of the transform, with the attribute names its holes had when it was parsed. */
interface Precompiled {
  readonly template: Template;
  /** For each hole up to the last attribute: its name, `undefined` for a child. */
  readonly names: readonly (string | undefined)[];
  /** The same statics with other names; transforms never need it. */
  other: Precompiled | undefined;
}

const MAX_VARIANTS = 8;
const templates = /* @__PURE__ */ new ByStatics<Precompiled>();

class Mark {
  readonly name: string;
  readonly value: unknown;
  constructor(name: string, value: unknown) {
    this.name = name;
    this.value = value;
  }
}

/**
 * One element with all that is fixed in it, as the precompiling JSX transform writes it. Parsed once per place in the source, with
 * a hole per value, as a template of `html`.
 * @throws CodedError `HTML_*` as `html` does.
 * @public
 */
export function jsxTemplate(statics: readonly string[], ...values: readonly (HtmlValue | AttributeMark)[]): Html {
  const known = templates.get(statics);
  // Short, so that engines write it out where it is called: half of what attributes cost (bench: html, "busbar JSX precompiled").
  return known !== undefined && takeValues(known.names, values as unknown[])
    ? makeHtml(known.template, values as HtmlValue[])
    : evaluateSlowly(known, statics, values as unknown[]); // casts: a rest parameter is this call's own array, without marks from then on
}

/**
 * One attribute of `jsxTemplate`, whose value is not fixed.
 * @public
 */
export function jsxAttr(name: string, value: unknown): AttributeMark {
  return new Mark(name, name === "key" ? undefined : value) as unknown as AttributeMark; // cast: the brand exists in types alone
}

/**
 * A child of `jsxTemplate`. Children are escaped where they are written, so this returns what it is given.
 * @public
 */
export function jsxEscape<T>(value: T): T {
  return value;
}

/** Replaces the marks by their values, unless a name is not the one the template was parsed with: then all is as it was. */
function takeValues(names: readonly (string | undefined)[], values: unknown[]): boolean {
  for (let hole = 0; hole < names.length; hole++) {
    const name = names[hole];
    if (name === undefined) continue;
    const mark = values[hole];
    if (!(mark instanceof Mark) || mark.name !== name) {
      putBack(names, values, hole);
      return false;
    }
    values[hole] = mark.value;
  }
  return true;
}

function putBack(names: readonly (string | undefined)[], values: unknown[], end: number): void {
  for (let hole = 0; hole < end; hole++) {
    const name = names[hole];
    if (name !== undefined) values[hole] = new Mark(name, values[hole]);
  }
}

/** The first evaluation of a place in the source, and one whose names are not those of the first. */
function evaluateSlowly(first: Precompiled | undefined, statics: readonly string[], values: unknown[]): Html {
  let last: Precompiled | undefined;
  let count = 0;
  for (let at = first; at !== undefined; at = at.other) {
    if (takeValues(at.names, values)) return makeHtml(at.template, values as HtmlValue[]); // cast: no marks are left
    last = at;
    count++;
  }
  const made = compile(statics, values);
  if (last === undefined) templates.set(statics, made);
  else if (count <= MAX_VARIANTS) last.other = made;
  takeValues(made.names, values);
  return makeHtml(made.template, values as HtmlValue[]); // cast: as above
}

function compile(statics: readonly string[], values: readonly unknown[]): Precompiled {
  const origin = `the element ${statics[0]?.slice(0, 40)}`;
  const names: (string | undefined)[] = [];
  const own = statics.slice();
  for (const [hole, mark] of values.entries()) {
    if (!(mark instanceof Mark)) continue;
    const { name } = mark;
    while (names.length < hole) names.push(undefined);
    names.push(name);
    checkAttributeName("…", name, origin);
    // These two print by themselves, among the attributes.
    if (name !== "key" && name !== "css") own[hole] += `${name}=`;
  }
  const template = compileTemplate(own, origin);
  for (const [hole, name] of names.entries()) if (name !== undefined) checkPlace(template, hole, name);
  return { template, names, other: undefined };
}

/** Outside a start tag, or within a value, the name would be printed as text. */
function checkPlace(template: CompiledTemplate, hole: number, name: string): void {
  const operation = template.operations.find((one) => one.hole === hole);
  const isOwn = operation?.kind === SPREAD || (operation?.whole === true && operation.name === name);
  if (!isOwn) throw failAt("HTML_BAD_HOLE", `jsxAttr("${name}") outside a start tag`, template, hole);
}
