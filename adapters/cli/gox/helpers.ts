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
  notPorted: (name) => `/** Stands where Go could not be ported. */
function ${name}(what: string): never {
  throw new Error(\`not ported: \${what}\`);
}`,
  atoi: (name) => `function ${name}(text: string): readonly [number, Error | null] {
  return /^[+-]?\\d+$/.test(text) ? [Number(text), null] : [0, new Error(\`parsing \${JSON.stringify(text)}: invalid syntax\`)];
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
