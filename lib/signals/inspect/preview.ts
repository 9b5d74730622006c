/** How deep a preview looks into objects. */
const MAX_DEPTH = 2;
/** How many entries of an object it looks at. */
const MAX_ENTRIES = 10;

/**
 * Text that tells a value apart, at most `maxChars` long. Runs no code of the value's: no getter, no `toString`, no `toJSON`; only a Proxy's traps
 * cannot be avoided, and what those throw is not passed on.
 */
export function previewOf(value: unknown, maxChars: number): string {
  let text: string;
  try {
    text = describe(value, maxChars, 0);
  } catch {
    text = "(unreadable)";
  }
  const cut = text.length > maxChars ? `${text.slice(0, Math.max(0, maxChars - 1))}…` : text;
  return cut.replaceAll(/\p{Cs}/gu, "\ufffd"); // half of a pair, by the cut or from the start
}

function describe(value: unknown, room: number, depth: number): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, room + 1));
  if (typeof value === "bigint") return `${value.toString().slice(0, room)}n`;
  if (typeof value === "symbol") return value.toString();
  if (typeof value === "function") return "function";
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) return describeArray(value, room, depth);
  if (value instanceof Date)
    return Number.isNaN(Date.prototype.getTime.call(value))
      ? "Date(invalid)"
      : `Date(${Date.prototype.toISOString.call(value)})`;
  if (value instanceof Error) return describeError(value, room, depth);
  const size = sizeOf(value);
  if (size !== undefined) return `${classOf(value)}(${size})`;
  return describeFields(value, room, depth);
}

function describeArray(value: readonly unknown[], room: number, depth: number): string {
  const { length } = value;
  if (depth >= MAX_DEPTH) return `Array(${length})`;
  const parts: string[] = [];
  let used = 0;
  for (let i = 0; i < Math.min(length, MAX_ENTRIES) && used < room; i++) {
    parts.push(describeProperty(value, String(i), room, depth));
    used += (parts.at(-1) ?? "").length + 2;
  }
  return `[${parts.join(", ")}${parts.length < length ? ", …" : ""}]`;
}

function describeError(error: Error, room: number, depth: number): string {
  return `${classOf(error)}: ${describeProperty(error, "message", room, depth)}`;
}

function describeFields(value: object, room: number, depth: number): string {
  const name = classOf(value);
  const prefix = name === "Object" ? "" : `${name} `;
  if (depth >= MAX_DEPTH) return `${prefix}{…}`;
  const keys = Object.keys(value);
  const parts: string[] = [];
  let used = prefix.length;
  for (const key of keys) {
    if (parts.length === MAX_ENTRIES || used > room) break;
    parts.push(`${key.slice(0, room)}: ${describeProperty(value, key, room, depth)}`);
    used += (parts.at(-1) ?? "").length + 2;
  }
  return `${prefix}{${parts.join(", ")}${parts.length < keys.length ? ", …" : ""}}`;
}

function describeProperty(owner: object, key: string, room: number, depth: number): string {
  const property = Object.getOwnPropertyDescriptor(owner, key);
  if (property === undefined) return "(none)";
  return "value" in property ? describe(property.value, room, depth + 1) : "(getter)";
}

function sizeOf(value: object): number | undefined {
  if (value instanceof Map) return Reflect.get(Map.prototype, "size", value);
  if (value instanceof Set) return Reflect.get(Set.prototype, "size", value);
  return ArrayBuffer.isView(value) ? value.byteLength : undefined;
}

function classOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== "object" || prototype === null) return "Object";
  const made = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  const name: unknown = typeof made === "function" ? Object.getOwnPropertyDescriptor(made, "name")?.value : undefined;
  return typeof name === "string" && name !== "" ? name.slice(0, 40) : "Object";
}
