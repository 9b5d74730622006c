import { CodedError } from "../errors/index.ts";
import type { Css, Html, HtmlValue, Template } from "../html/index.ts";
import { html, spreadAttributes, spreadsOf } from "../html/index.ts";

/** A template with the names its spreads had, and how it came to be. */
export interface NamedShape {
  readonly source: Template;
  /** For each hole of the source the names of the spread in it. */
  readonly names: readonly (readonly string[] | undefined)[];
  readonly strings: TemplateStringsArray;
}

// Caches, not state: an entry is a pure function of its keys, and goes with them.
/** The latest shape of a template: rows of a list mostly have the same. */
const latest = new WeakMap<Template, NamedShape>();
const origins = new WeakMap<Template, NamedShape>();
const strings = new WeakMap<Template, TemplateStringsArray>();
const shapes = new WeakMap<Template, Map<string, TemplateStringsArray>>();

/**
 * A template with spreads, as one that names each attribute of each spread: an attribute is a slot, a spread is not.
 * @param onStyle - Told of each stylesheet of `css` that stands among the attributes.
 * @returns The same evaluation when it has no spread.
 * @throws CodedError `PATCH_BAD_ATTRIBUTE` for a name that is not plainly an attribute's: names become part of a template.
 */
export function nameSpreads(source: Html, onStyle?: (css: Css) => void): Html {
  const { template, values } = source;
  const known = latest.get(template);
  if (known !== undefined) {
    const flat = valuesIn(known, values);
    if (flat !== undefined) return html(known.strings, ...flat);
  } else if (!template.holes.some((hole) => hole.context === "spread")) return source;
  const spreads = spreadsOf(template, values);
  const flat: HtmlValue[] = [];
  const names = spreads.map((spread, index) => {
    if (spread === undefined) {
      flat.push(values[index]);
      return undefined;
    }
    const { attributes, styles } = spread;
    if (onStyle !== undefined) styles.forEach(onStyle);
    flat.push(...(Object.values(attributes) as HtmlValue[])); // cast: what a spread takes, an attribute hole takes
    return Object.keys(attributes);
  });
  const key = names.join("|");
  const byNames = shapes.get(template) ?? new Map<string, TemplateStringsArray>();
  const shape = byNames.get(key) ?? nameHoles(template.statics, names);
  shapes.set(template, byNames.set(key, shape));
  const named = html(shape, ...flat);
  const whole: NamedShape = { source: template, names, strings: shape };
  latest.set(template, whole);
  origins.set(named.template, whole);
  return named;
}

/** What a template with named spreads was made of; `undefined` for one of the application's own. */
export function shapeOf(template: Template): NamedShape | undefined {
  return origins.get(template);
}

/** The values with those of the spreads one by one, when each has these names (bench: live/session.mjs, "spreads": a fifth of the time). */
function valuesIn({ names }: NamedShape, values: readonly HtmlValue[]): HtmlValue[] | undefined {
  const flat: HtmlValue[] = [];
  for (let index = 0; index < names.length; index++) {
    const known = names[index];
    if (known === undefined) {
      flat.push(values[index]);
      continue;
    }
    const attributes = spreadAttributes(values[index]);
    if (attributes === undefined) return undefined;
    let count = 0;
    for (const name in attributes) {
      if (known[count++] !== name) return undefined;
      flat.push(attributes[name] as HtmlValue); // cast: what a spread takes, an attribute hole takes
    }
    if (count !== known.length) return undefined;
  }
  return flat;
}

/** A strings array for a template, always the same one: `html` keys its templates by it. */
export function stringsOf(template: Template): TemplateStringsArray {
  const array = strings.get(template) ?? asStrings([...template.statics]);
  strings.set(template, array);
  return array;
}

function nameHoles(
  statics: readonly string[],
  names: readonly (readonly string[] | undefined)[],
): TemplateStringsArray {
  const parts: string[] = [];
  let text = statics[0] ?? "";
  for (const [index, spread] of names.entries()) {
    const after = statics[index + 1] ?? "";
    if (spread === undefined) {
      parts.push(text);
      text = after;
      continue;
    }
    for (const name of spread) {
      if (!/^[A-Za-z_][\w:.-]*$/.test(name)) {
        throw new CodedError("PATCH_BAD_ATTRIBUTE", `${JSON.stringify(name)} cannot be a live attribute`, {
          value: name,
        });
      }
      parts.push(`${text} ${name}="`);
      text = '"';
    }
    text += after;
  }
  parts.push(text);
  return asStrings(parts);
}

function asStrings(parts: string[]): TemplateStringsArray {
  return Object.assign(parts, { raw: parts });
}
