import { helper, type Unit } from "./scope.ts";

const TEXTS: Readonly<Record<string, (name: string) => string>> = {
  at: (name) => `/** The element at an index, which must be there, as in Go. */
function ${name}<T>(list: readonly T[], index: number): T {
  if (!(index in list)) throw new RangeError(\`index out of range [\${index}] with length \${list.length}\`);
  return list[index] as T;
}`,
  deref: (name) => `/** What a pointer points at, which must not be nil, as in Go. */
function ${name}<T>(pointer: T | null): T {
  if (pointer === null) throw new TypeError("nil pointer dereference");
  return pointer;
}`,
  panic: (name) => `function ${name}(reason: unknown): never {
  throw reason instanceof Error ? reason : new Error(String(reason));
}`,
  zeroPad: (name) => `/** Zeros up to a width, behind the sign. */
function ${name}(text: string, width: number): string {
  return text.startsWith("-") ? \`-\${text.slice(1).padStart(width - 1, "0")}\` : text.padStart(width, "0");
}`,
  TextBuilder: (name) => `/** Text that is written piece by piece. */
class ${name} {
  text = "";
  write(text: string): void {
    this.text += text;
  }
}`,
  sameFields: (name) => `/** Whether two structs are equal. */
function ${name}<T extends object>(a: T, b: T): boolean {
  return Object.entries(a).every(([field, value]) => value === b[field as keyof T]);
}`,
  sortSlice: (name) => `/** Sorts in place; \`less\` compares by index, as in Go, and sees the order before. */
function ${name}<T>(list: T[], less: (i: number, j: number) => boolean): void {
  const order = [...list.keys()].sort((i, j) => (less(i, j) ? -1 : less(j, i) ? 1 : 0));
  const before = [...list];
  order.forEach((from, to) => {
    list[to] = before[from] as T;
  });
}`,
  asserted: (name) => `/** A value that must be of a type, as in Go. */
function ${name}<T>(value: unknown, test: (value: unknown) => boolean): T {
  if (!test(value)) throw new TypeError("a value is not of the type that is asserted");
  return value as T;
}`,
  tested: (name) => `/** A value and whether it is of a type; else the type's zero. */
function ${name}<T>(value: unknown, test: (value: unknown) => boolean, zero: T): readonly [T, boolean] {
  return test(value) ? [value as T, true] : [zero, false];
}`,
  hasFields: (name) => `/** Whether a value is a struct with just these fields. */
function ${name}<T>(value: unknown, ...names: readonly string[]): value is T {
  if (typeof value !== "object" || value === null) return false;
  return Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name));
}`,
  isWhole: (name) => `/** Whether a value is what Go calls an int. */
function ${name}(value: unknown): value is number {
  return Number.isInteger(value);
}`,
  notPorted: (name) => `/** Stands where Go could not be ported. */
function ${name}(what: string): never {
  throw new Error(\`not ported: \${what}\`);
}`,
  atoi: (name) => `function ${name}(text: string): readonly [number, Error | null] {
  return /^[+-]?\\d+$/.test(text) ? [Number(text), null] : [0, new Error(\`parsing \${JSON.stringify(text)}: invalid syntax\`)];
}`,
  isError: (name) => `/** Whether an error is another, or wraps it. */
function ${name}(error: Error | null, target: Error | null): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) if (at === target) return true;
  return error === target;
}`,
  parseBool: (name) => `function ${name}(text: string): readonly [boolean, Error | null] {
  if (/^(?:1|t|T|true|TRUE|True)$/.test(text)) return [true, null];
  if (/^(?:0|f|F|false|FALSE|False)$/.test(text)) return [false, null];
  return [false, new Error(\`parsing \${JSON.stringify(text)}: invalid syntax\`)];
}`,
  compare: (name) => `/** -1, 0 or 1: how two values stand to each other. */
function ${name}<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}`,
  trimSet: (name) => `/** Takes characters of a set off the ends of a text. */
function ${name}(text: string, set: string, atStart: boolean, atEnd: boolean): string {
  const chars = [...text];
  let start = 0;
  let end = chars.length;
  while (atStart && start < end && set.includes(chars[start] as string)) start++;
  while (atEnd && end > start && set.includes(chars[end - 1] as string)) end--;
  return chars.slice(start, end).join("");
}`,
  parseNumber: (name) => `function ${name}(text: string): readonly [number, Error | null] {
  const value = Number(text);
  return text.trim() === text && text !== "" && !Number.isNaN(value) ? [value, null] : [0, new Error(\`parsing \${JSON.stringify(text)}: invalid syntax\`)];
}`,
};

/** The text of a function that a translated file brings along. */
export function helperText(unit: Unit, name: string): string {
  return TEXTS[name]?.(helper(unit, name)) ?? "";
}
