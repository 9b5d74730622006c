import { CodedError } from "../errors/index.ts";
import type { Html, HtmlValue, Template } from "../html/index.ts";
import { html, READ } from "../html/index.ts";

// Caches, not state: an entry is a pure function of its keys, and goes with them.
const strings = new WeakMap<Template, TemplateStringsArray>();
const shapes = new WeakMap<Template, Map<string, TemplateStringsArray>>();

/**
 * A template with spreads, as one that names each attribute of each spread: an attribute is a slot, a spread is not.
 * @returns The same evaluation when it has no spread.
 * @throws CodedError `PATCH_BAD_ATTRIBUTE` for a name that is not plainly an attribute's: names become part of a template.
 */
export function nameSpreads(source: Html): Html {
  const { template, values } = source;
  if (!template.holes.some((hole) => hole.context === "spread")) return source;
  const flat: HtmlValue[] = [];
  const names = template.holes.map((hole, index) => {
    const value = values[index];
    if (hole.context !== "spread") {
      flat.push(value);
      return undefined;
    }
    const attributes = attributesOf(value);
    flat.push(...(Object.values(attributes) as HtmlValue[])); // cast: what a spread takes, an attribute hole takes
    return Object.keys(attributes);
  });
  const key = names.join("|");
  const byNames = shapes.get(template) ?? new Map<string, TemplateStringsArray>();
  const shape = byNames.get(key) ?? nameHoles(template.statics, names);
  shapes.set(template, byNames.set(key, shape));
  return html(shape, ...flat);
}

/** A strings array for a template, always the same one: `html` keys its templates by it. */
export function stringsOf(template: Template): TemplateStringsArray {
  const array = strings.get(template) ?? asStrings([...template.statics]);
  strings.set(template, array);
  return array;
}

function attributesOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "function") return attributesOf(value());
  if (typeof value !== "object" || value === null) return {};
  if (READ in value) return attributesOf((value as { [READ](): unknown })[READ]()); // cast: just asked for
  return "attributes" in value ? (value.attributes as Readonly<Record<string, unknown>>) : {}; // cast: only a spread stands in a spread hole
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
