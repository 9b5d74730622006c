import type { QueryField, QueryShape } from "../../lib/router/index.ts";

/** What a parser answers: the values by key, or the places of what it refused. */
export type QueryAnswer =
  | { readonly value: readonly (readonly [key: string, value: unknown])[] }
  | { readonly refused: readonly string[] };

/** The decoded pairs of a URL's query by the platform's own parser; `undefined` for what is malformed. */
export function queryPairs(
  url: string,
): readonly { readonly key: string | undefined; readonly value: string | undefined }[] {
  const [before = ""] = url.split("#");
  const query = before.split("?").slice(1).join("?");
  const pieces = query.split("&").filter((piece) => piece !== "");
  return pieces.map((piece) => {
    const [name = "", ...rest] = piece.split("=");
    const [[key, value] = ["", ""]] = new URLSearchParams(`&${piece}`); // after "&" a "?" is a character like others
    return { key: isWellFormed(name) ? key : undefined, value: isWellFormed(rest.join("=")) ? value : undefined };
  });
}

/** A query read into the fields of a shape, one rule after the other. */
export function readShape(shape: QueryShape, unknownKeys: "drop" | "keep" | "refuse", url: string): QueryAnswer {
  const refused: string[] = [];
  const given = new Map<string, unknown[]>(Object.keys(shape).map((key) => [key, []]));
  const unknown = new Map<string, unknown>();
  for (const { key, value } of queryPairs(url)) {
    const list = key !== undefined && key.length > 2 && key.endsWith("[]");
    const name = list ? key.slice(0, -2) : key;
    const known = name === undefined ? undefined : given.get(name);
    if (name === undefined) refused.push("");
    else if (known === undefined) {
      if (unknownKeys === "refuse" || (unknownKeys === "keep" && value === undefined)) refused.push("");
      else if (unknownKeys === "keep") {
        const before = unknown.get(name);
        if (before === undefined) unknown.set(name, list ? [value] : value);
        else unknown.set(name, [before, value].flat());
      }
    } else {
      const field = shape[name] as QueryField;
      const read = list && !field.list ? "wrong" : value === undefined ? "wrong" : readValue(field, value);
      if (read === "absent") continue;
      if (read === "wrong" || (!field.list && known.length > 0))
        refused.push(field.list ? `${name}.${known.length}` : name);
      else known.push(read.value);
    }
  }
  const result: [string, unknown][] = [];
  for (const [key, values] of given) {
    const field = shape[key] as QueryField;
    if (field.list) result.push([key, values.length > 0 ? values : (field.default ?? [])]);
    else if (values.length > 0) result.push([key, values[0]]);
    else if (field.default !== undefined) result.push([key, field.default]);
    else if (field.optional !== true && !refused.includes(key)) refused.push(key);
  }
  return refused.length > 0
    ? { refused: refused.sort() }
    : { value: [...result, ...unknown].sort(([a], [b]) => (a < b ? -1 : 1)) };
}

function readValue(field: QueryField, text: string): { readonly value: unknown } | "absent" | "wrong" {
  const values: readonly unknown[] | undefined = "values" in field ? field.values : undefined;
  if (text === "" && (field.type !== "string" || values?.includes("") === false)) return "absent";
  if (field.type === "string") return values === undefined || values.includes(text) ? { value: text } : "wrong";
  if (field.type === "boolean") {
    if (["true", "1", "on"].includes(text)) return { value: true };
    return ["false", "0", "off"].includes(text) ? { value: false } : "wrong";
  }
  const number = /^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$/.test(text) ? Number.parseFloat(text) : Number.NaN;
  const whole = field.type === "number" || (/^-?[0-9]+$/.test(text) && Math.abs(number) <= Number.MAX_SAFE_INTEGER);
  if (!whole || !Number.isFinite(number) || values?.includes(number) === false) return "wrong";
  const outside = number < (field.min ?? number) || number > (field.max ?? number);
  return outside ? "wrong" : { value: number === 0 ? 0 : number };
}

function isWellFormed(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
