import type { SchemaIssue } from "./schema.ts";

/** One reason a request was refused, as the client sees it. */
export interface Refusal {
  readonly in: "params" | "query" | "headers" | "cookies" | "body";
  readonly path: readonly (string | number)[];
  readonly reason: string;
}

/** A body of a thousand wrong items is not answered by a thousand reasons. */
export const MAX_REFUSALS = 32;

const MAX_PATH_SEGMENTS = 32;
const MAX_KEY_LENGTH = 64;
const MAX_REASON_LENGTH = 300;
/** What stands where a library has printed the value. */
const VALUE = "…";

/** An issue with the client's own input taken out of its message: a refused password has no place in a reply or its log. */
export function refusalOf(part: Refusal["in"], issue: SchemaIssue, input: unknown): Refusal {
  // Not path.map: that of arktype is a subclass whose copies of an empty path are not empty.
  const keys = Array.from(issue.path ?? [], (segment) => (typeof segment === "object" ? segment.key : segment));
  const path = keys
    .slice(0, MAX_PATH_SEGMENTS)
    .map((key) => (typeof key === "number" ? key : cut(String(key), MAX_KEY_LENGTH)));
  return { in: part, path, reason: cut(withoutValue(issue, valueAt(input, keys)), MAX_REASON_LENGTH) };
}

/** valibot and arktype print what they got, and keep the print in `received` and `actual`; others print the value at the path. */
function withoutValue(issue: SchemaIssue, value: unknown): string {
  if (typeof issue.message !== "string") return "is not valid";
  let text = issue.message;
  for (const print of printsOf(issue, value)) text = text.replaceAll(print, VALUE);
  if (typeof value !== "object" && value !== undefined) text = withoutWord(text, String(value));
  return text;
}

function printsOf(issue: SchemaIssue, value: unknown): string[] {
  const prints: string[] = [];
  for (const key of ["received", "actual"]) {
    const print: unknown = Reflect.get(issue, key);
    if (typeof print === "string" && print.length > 0 && !KIND.test(print)) prints.push(print);
  }
  if (typeof value === "string" && value !== "") prints.push(JSON.stringify(value), `"${value}"`, `'${value}'`);
  return prints;
}

/** Names of kinds, which tell nothing of the value: `a string`, `Object`, `undefined`. */
const KIND = /^(?:an? )?(?!true$|false$)[A-Za-z]+$/;

/** Takes out a value that was printed bare, where it stands as a word of its own: 3 is not a part of 13. */
function withoutWord(text: string, word: string): string {
  if (word === "" || KIND_WORDS.has(word)) return text;
  let result = "";
  let from = 0;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, from)) {
    const alone = !isWordPart(text[at - 1]) && !isWordPart(text[at + word.length]);
    result += text.slice(from, at) + (alone ? VALUE : word);
    from = at + word.length;
  }
  return result + text.slice(from);
}

/** A value of one of these words would blank out the sentence around it. */
const KIND_WORDS: ReadonlySet<string> = new Set([
  "string",
  "number",
  "boolean",
  "object",
  "array",
  "null",
  "undefined",
]);

function isWordPart(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_.]/u.test(character);
}

/** Only what is the input's own: a path of `__proto__` leads nowhere. */
function valueAt(input: unknown, keys: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of keys) {
    if (typeof value === "string" && key === 0) return value; // asked for as a list of one: see validateFields
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function cut(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
