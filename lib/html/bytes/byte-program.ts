import type { Site } from "../contexts.ts";
import { encoder, isWellFormed } from "../encode/unicode.ts";
import { isUsualUrl } from "../encode/url.ts";
import { knownIndex, learn } from "../program/heads.ts";
import { isJoined } from "../program/leads.ts";
import {
  CHILD,
  type Operation,
  PLAIN_ATTRIBUTE,
  PLAIN_PART,
  STYLE_ATTRIBUTE,
  STYLE_PART,
  TEXT,
  URL_ATTRIBUTE,
} from "../program/operation.ts";
import { functionOf, MAX_OPERATIONS } from "../program/program.ts";
import type { CompiledTemplate, Hot } from "../program/template.ts";
import type { Sink } from "../render/sink.ts";
import { type ByteScratch, MOST_BETWEEN, MOST_COPIED } from "./byte-scratch.ts";
import { MOST_OF_TEXT, putAttribute, putMarkup, putNumber, putStyles, putText, putUrl } from "./byte-text.ts";
import { putWords, WORD, wordsOf } from "./words.ts";

/** Writes the values of one template, and what stands around them, behind what the scratch holds. */
export type ByteProgram = (sink: Sink, scratch: ByteScratch, values: readonly unknown[]) => void;

/** What the code of a program calls: the renderer's own functions. Those that are given a place return the one behind. */
export interface ByteKit {
  child(sink: Sink, at: number, value: unknown, site: Site, hole: number): number;
  placed(sink: Sink, at: number, value: unknown, operation: Operation, site: Site): number;
  print(sink: Sink, operation: Operation, values: readonly unknown[], template: CompiledTemplate): string;
  isPlainStyles(value: unknown): boolean;
  isSimpleCss(value: string): boolean;
}

const WRITERS = {
  putText,
  putAttribute,
  putMarkup,
  putNumber,
  putStyles,
  putUrl,
  putWords,
  knownIndex,
  learn,
  isUsualUrl,
};

/** Longer texts are faster joined; each loses what some three shorter ones gain (bench: html, "to bytes"). */
const LONG_TEXT = 48;
const SHORT_PER_LONG = 3;
/** Longer chunks are copied by the platform, which costs a call; above `MOST_COPIED` they look how full the scratch is. */
const MOST_IN_WORDS = 128;
/** So does a program after so many operations; the head of an element of JSX has one chunk more. */
const STRIDE = Math.floor((MOST_BETWEEN - MOST_COPIED) / (MOST_OF_TEXT + MOST_COPIED));

/** Counts long texts, and short ones and numbers, that a template is given. */
export function learnLengths(hot: Hot, values: readonly unknown[]): void {
  for (const value of values) {
    if (typeof value === "string" && value.length > LONG_TEXT) hot.longs++;
    else if (typeof value === "string" || typeof value === "number") hot.shorts++;
  }
}

/**
 * Code for one template that writes bytes. Twin: program.ts.
 * @returns `undefined` where code may not be generated, for templates that are too long to be compiled well or are given long texts, and where a
 * text of the template ends or begins within a character.
 */
export function generateByteProgram(template: CompiledTemplate, kit: ByteKit): ByteProgram | undefined {
  const { operations, statics, hot, heads } = template;
  const isMostlyLong = heads.length === 0 && hot.longs * SHORT_PER_LONG > hot.shorts;
  if (isMostlyLong || operations.length > MAX_OPERATIONS) return undefined;
  if (!statics.every(isWellFormed)) return undefined;
  const chunks: Uint8Array[] = [];
  const code = programCode(template, chunks);
  return functionOf({ template, operations, heads, chunks, ...kit, ...WRITERS }, code) as ByteProgram | undefined; // cast: that is what the code returns
}

/** The body of the function that makes a program. Nothing of the template enters it but numbers; its text is in `chunks`. */
function programCode(template: CompiledTemplate, chunks: Uint8Array[]): string {
  const { operations, leads, heads } = template;
  const write = (text: string): string => chunkCode(text, chunks);
  const lead = (index: number, isOpening: boolean): string => {
    const plain = write((isOpening ? leads.opened : leads.bare)[index] as string); // casts: there is one chunk more than operations
    const before = operations[index - 1];
    if (index <= heads.length || before === undefined || !isJoined(before)) return plain;
    return `if (quoted) {${write((isOpening ? leads.joined : leads.closed)[index] as string)}} else {${plain}}`;
  };
  const lines: string[] = [];
  for (const i of operations.keys()) {
    lines.push(i < heads.length ? headCode(template, i, write) : stepCode(template, i, lead));
    if (i % STRIDE === STRIDE - 1) lines.push("at = scratch.room(at);");
  }
  lines.push(lead(operations.length, false));
  const names = chunks.map((_, i) => `const c${i} = chunks[${i}];`).join("");
  return `${names}
return (sink, scratch, values) => {
const { view, out } = scratch;
let at = scratch.room(scratch.at);
let quoted = false;
${lines.join("\n")}
scratch.at = at;
};`;
}

/** Code that writes a chunk: in words that stand in the code as numbers. */
function chunkCode(text: string, chunks: Uint8Array[]): string {
  const { words, length } = wordsOf(text);
  if (length > MOST_IN_WORDS) {
    const name = `c${chunks.push(encoder.encode(text)) - 1}`;
    return length > MOST_COPIED ? `at = scratch.bytes(at, ${name});` : `out.set(${name}, at);at += ${length};`;
  }
  let code = "";
  for (const [i, word] of words.entries()) code += `view.setFloat64(at + ${i * WORD}, ${word}, true);`;
  return length === 0 ? "" : `${code}at += ${length};`;
}

/**
 * One of the attributes that an element of JSX starts with, and the chunks around it: what was printed before is there in words. A page of JSX takes
 * 0.7 to 0.95 of the time of one that is joined (bench: html, "busbar JSX").
 */
function headCode(template: CompiledTemplate, index: number, write: (text: string) => string): string {
  const { operations, chunks, heads } = template;
  const { kind, open, quote } = operations[index] as Operation; // casts: index is below the length
  const chunk = chunks[index] as string;
  const behind = index === heads.length - 1 ? write(chunks[index + 1] as string) : "";
  const value = `v${index}`;
  const isText = `typeof ${value} === "string"`;
  const declared = `const ${value} = values[${index}];`;
  const opened = write(chunk + open);
  const closed = write(quote);
  const print = `${write(chunk)}at = putMarkup(scratch, at, print(sink, operations[${index}], values, template));`;
  if (kind === URL_ATTRIBUTE)
    return `${declared}${urlCode(index, chunk + open, opened)}
if (s${index} >= 0) {${closed}}
else {${print}}
${behind}`;
  if (kind === STYLE_ATTRIBUTE)
    return `${declared}if (isPlainStyles(${value})) {${opened}at = putStyles(scratch, at, ${value});${closed}}
else {${print}}
${behind}`;
  if (heads[index] === undefined) return `${declared}${print}${behind}`;
  const known = `heads[${index}]`;
  return `${declared}const k${index} = knownIndex(${known}, ${value});
if (k${index} >= 0) at = putWords(view, at, ${known}.words[k${index}], ${known}.lengths[k${index}]);
else {
if (${isText}) {${opened}at = putAttribute(scratch, at, ${value});${closed}}
else if (typeof ${value} === "number") {${opened}at = putNumber(scratch, at, ${value});${closed}}
else {${print}}
${behind}learn(${known}, ${value}, template, ${index});
}`;
}

/**
 * Writes a URL that is safe at one look, and what stands before it: `s7` is where it began, or -1 where nothing was written. What is short is written
 * before that is known, as one loop looks and writes; what is long may have been handed on by then.
 */
function urlCode(index: number, before: string, opened: string): string {
  const value = `v${index}`;
  const isText = `typeof ${value} === "string"`;
  if (encoder.encode(before).length > MOST_COPIED)
    return `let s${index} = ${isText} && isUsualUrl(${value}) ? 0 : -1;
if (s${index} >= 0) {${opened}at = putAttribute(scratch, at, ${value});}`;
  return `let s${index} = ${isText} ? at : -1;
if (s${index} >= 0) {
${opened}at = putUrl(scratch, at, ${value});
if (at < 0) {at = s${index};s${index} = -1;}
}`;
}

/** One operation with the chunk before it. The cases are those of program.ts. */
function stepCode(
  template: CompiledTemplate,
  index: number,
  lead: (index: number, isOpening: boolean) => string,
): string {
  const operation = template.operations[index] as Operation; // cast: index is below the length
  const { kind, hole } = operation;
  const value = `v${index}`;
  const isText = `typeof ${value} === "string"`;
  const isNumber = `typeof ${value} === "number"`;
  const isBare = `${value} === true || ${value} === false || ${value} === undefined || ${value} === null`;
  const declared = `const ${value} = values[${hole}];`;
  const print = `at = putMarkup(scratch, at, print(sink, operations[${index}], values, template));`;
  const attribute = `at = putAttribute(scratch, at, ${value});`;
  const number = `at = putNumber(scratch, at, ${value});`;
  switch (kind) {
    case CHILD: {
      const child =
        operation.foreign === undefined
          ? `child(sink, at, ${value}, template, ${hole})`
          : `placed(sink, at, ${value}, operations[${index}], template)`;
      return `${declared}${lead(index, false)}if (${isText}) at = putText(scratch, at, ${value});
else if (${isNumber}) ${number}
else at = ${child};`;
    }
    case TEXT:
      return `${declared}${lead(index, false)}if (${isText}) at = putText(scratch, at, ${value});
else ${print}`;
    case PLAIN_PART:
      return `${declared}${lead(index, false)}if (${isText}) ${attribute}
else if (${isNumber}) ${number}
else ${print}`;
    case STYLE_PART:
      return `${declared}${lead(index, false)}if (${isText} && isSimpleCss(${value})) at = putMarkup(scratch, at, ${value});
else ${print}`;
    case PLAIN_ATTRIBUTE:
      return `${declared}if (${isText}) {${lead(index, true)}${attribute}quoted = true;}
else if (${isNumber}) {${lead(index, true)}${number}quoted = true;}
${operation.worded ? "" : `else if (${isBare}) {${lead(index, false)}if (${value} === true) at = putMarkup(scratch, at, ${JSON.stringify(operation.name)});quoted = false;}`}
else {${lead(index, false)}${print}quoted = false;}`;
    case URL_ATTRIBUTE:
      return `${declared}${urlCode(index, template.leads.joined[index] as string, lead(index, true))}
if (s${index} >= 0) quoted = true;
else {${lead(index, false)}${print}quoted = false;}`;
    case STYLE_ATTRIBUTE:
      return `${declared}if (isPlainStyles(${value})) {${lead(index, true)}at = putStyles(scratch, at, ${value});quoted = true;}
else {${lead(index, false)}${print}quoted = false;}`;
    default:
      return `${lead(index, false)}${print}`;
  }
}
