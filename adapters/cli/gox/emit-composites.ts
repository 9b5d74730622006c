import type { Expr, GoType, Item } from "./ast.ts";
import { atom, type Code } from "./code.ts";
import { type Env, emit, gapCode, zeroCode } from "./emit-env.ts";
import { copied } from "./emit-promoted.ts";
import { isBuilder, tsType, underlying, zeroOf } from "./emit-types.ts";
import { list } from "./text.ts";

/** A literal of a slice, a map or a struct, whose other fields are zero. */
export function emitComposite(env: Env, expr: Extract<Expr, { kind: "composite" }>, want: GoType | undefined): Code {
  const { unit } = env;
  const pointed = want?.kind === "pointer" ? want.element : want;
  const type = expr.type ?? pointed;
  if (isBuilder(type) && expr.items.length === 0) return atom(zeroOf(unit, type), type);
  const shape = underlying(unit, type);
  if (shape?.kind === "slice") {
    const items = expr.items.map(({ value }) => copied(unit, value, emit(env, value, shape.element)));
    return { ...atom(list("[", items, "]")), type };
  }
  if (shape?.kind === "map") {
    const entries = expr.items.map(
      (item) => `[${keyOf(env, item, shape.key)}, ${copied(unit, item.value, emit(env, item.value, shape.value))}]`,
    );
    const made = `new Map<${tsType(unit, shape.key)}, ${tsType(unit, shape.value)}>`;
    return { ...atom(entries.length === 0 ? `${made}()` : `${made}(${list("[", entries, "]")})`), type };
  }
  const fields = shape?.kind === "struct" ? shape.fields : [];
  const parts = expr.items.map((item, index) => {
    const given = fieldName(item) ?? fields[index]?.name;
    if (given === undefined) {
      const reason = "values without the names of their fields, of a type that is not known in this file";
      return { name: "", text: `field${index}: ${gapCode(env, item.value.at, reason).text}` };
    }
    const name = given;
    const value = emit(env, item.value, fields.find((field) => field.name === name)?.type);
    const text = copied(unit, item.value, value);
    return { name, text: text === name ? name : `${name}: ${text}` };
  });
  const missing = fields.filter((field) => !parts.some((part) => part.name === field.name));
  const texts = [
    ...parts.map((part) => part.text),
    ...missing.map((field) => `${field.name}: ${zeroCode(env, expr.at, field.type).text}`),
  ];
  return { ...atom(list("{", texts, "}", true)), type };
}

/** A text names a field too, in an object without a type: `style={{"--gap": gap}}`. */
function fieldName({ key }: Item): string | undefined {
  if (key?.kind === "string") return JSON.stringify(key.value);
  return key?.kind === "name" ? key.name : undefined;
}

function keyOf(env: Env, { key }: Item, type: GoType): string {
  return key === undefined ? "undefined" : emit(env, key, type).text;
}
