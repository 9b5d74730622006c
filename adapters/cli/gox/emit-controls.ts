import type { Attribute, Child, Element, Expr } from "./ast.ts";
import { atom, type Code, tight } from "./code.ts";
import type { Piece } from "./emit-children.ts";
import { type Env, emit } from "./emit-env.ts";

/** What becomes of the value of a control: GoX gives it to `<select>` and `<textarea>`, HTML to the options and between the tags. */
export interface Control {
  /** Where the children are emitted. */
  readonly env: Env;
  readonly attributes: readonly Attribute[];
  /** Attributes that GoX does not write. */
  readonly added: readonly string[];
  readonly text: readonly Piece[];
}

/** Moves the value of a control to where HTML has it. */
export function controlOf(env: Env, element: Element): Control {
  const { tag, attributes, children } = element;
  if (tag === "option") return { env, attributes, added: chosen(env, element), text: [] };
  const given = attributes.find(({ name }) => name === "value" || name === "defaultValue");
  if ((tag !== "select" && tag !== "textarea") || given === undefined || given.value === true)
    return { env, attributes, added: [], text: [] };
  const code = codeOf(env, given.value);
  const rest = attributes.filter((attribute) => attribute !== given);
  if (tag === "textarea") {
    const isEmpty = children.every((child) => child.kind === "text" && child.text.trim() === "");
    return { env, attributes: rest, added: [], text: isEmpty ? [{ kind: "code", text: `{${code.text}}` }] : [] };
  }
  const isMultiple = attributes.some(({ name }) => name === "multiple");
  return { env: { ...env, selected: { code, isMultiple } }, attributes: rest, added: [], text: [] };
}

function chosen({ selected, ...env }: Env, { attributes, children }: Element): string[] {
  if (selected === undefined || attributes.some(({ name }) => name === "selected")) return [];
  const value = attributes.find(({ name }) => name === "value")?.value ?? textOf(children);
  if (value === undefined || value === true) return [];
  const own = tight(codeOf(env, value));
  const all = tight(selected.code);
  return [selected.isMultiple ? `selected={${all}.includes(${own})}` : `selected={${all} === ${own}}`];
}

/** An option without a value is known by its text. */
function textOf(children: readonly Child[]): string | Expr | undefined {
  const [only, ...others] = children.filter((child) => child.kind !== "text" || child.text.trim() !== "");
  if (others.length > 0) return undefined;
  if (only?.kind === "hole") return only.value;
  return only?.kind === "text" ? only.text.trim() : undefined;
}

function codeOf(env: Env, value: string | Expr): Code {
  return typeof value === "string" ? atom(JSON.stringify(value)) : emit(env, value);
}
