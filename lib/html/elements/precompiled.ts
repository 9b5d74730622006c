import { makeHtml } from "../brand.ts";
import { ByStatics } from "../by-statics.ts";
import { compileTemplate } from "../template.ts";
import type { Html, HtmlValue, Template } from "../types.ts";
import type { AttributeMark } from "./jsx-types.ts";
import { checkAttributeName } from "./shape-names.ts";

/** A template of the transform, with the attribute names its holes had when it was parsed. */
interface Precompiled {
  readonly template: Template;
  /** The holes that are attributes, and their names. */
  readonly marks: readonly number[];
  readonly names: readonly string[];
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
  let known = templates.get(statics);
  if (known === undefined) {
    known = compile(statics, values);
    templates.set(statics, known);
  }
  const own = values as unknown[]; // cast: a rest parameter is this call's own array
  if (!takeValues(known, own)) known = variantOf(known, statics, own);
  return makeHtml(known.template, own as HtmlValue[]); // cast: marks are replaced, the rest is checked where it is written
}

/**
 * One attribute of `jsxTemplate`, whose value is not fixed.
 * @public
 */
export function jsxAttr(name: string, value: unknown): AttributeMark {
  return new Mark(name, value) as unknown as AttributeMark; // cast: the brand exists in types alone
}

/**
 * A child of `jsxTemplate`. Children are escaped where they are written, so this returns what it is given.
 * @public
 */
export function jsxEscape<T>(value: T): T {
  return value;
}

/** Replaces the marks by their values, unless a name is not the one the template was parsed with: then all is as it was. */
function takeValues({ marks, names }: Precompiled, values: unknown[]): boolean {
  for (let i = 0; i < marks.length; i++) {
    const hole = marks[i] as number; // cast: i is below the length
    const mark = values[hole];
    if (!(mark instanceof Mark) || mark.name !== names[i]) {
      for (let k = 0; k < i; k++) values[marks[k] as number] = new Mark(names[k] as string, values[marks[k] as number]); // casts: as above
      return false;
    }
    values[hole] = mark.name === "key" ? undefined : mark.value;
  }
  return true;
}

function variantOf(first: Precompiled, statics: readonly string[], values: unknown[]): Precompiled {
  let last = first;
  let count = 0;
  for (let at = first.other; at !== undefined; at = at.other) {
    if (takeValues(at, values)) return at;
    last = at;
    count++;
  }
  const made = compile(statics, values as HtmlValue[]); // cast: looked at for marks alone
  if (count < MAX_VARIANTS) last.other = made;
  takeValues(made, values);
  return made;
}

function compile(statics: readonly string[], values: readonly unknown[]): Precompiled {
  const origin = `the element ${statics[0]?.slice(0, 40)}`;
  const marks: number[] = [];
  const names: string[] = [];
  const own = statics.slice();
  for (const [hole, mark] of values.entries()) {
    if (!(mark instanceof Mark)) continue;
    const { name } = mark;
    marks.push(hole);
    names.push(name);
    checkAttributeName("…", name, origin);
    // These two print by themselves, among the attributes.
    if (name !== "key" && name !== "css") own[hole] += `${name}=`;
  }
  return { template: compileTemplate(own, origin), marks, names, other: undefined };
}
