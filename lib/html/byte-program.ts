import { type ByteScratch, MOST_BETWEEN } from "./byte-scratch.ts";
import { MOST_OF_TEXT, putAttribute, putMarkup, putNumber, putText, putUrl } from "./byte-text.ts";
import type { Site } from "./contexts.ts";
import { isJoined } from "./leads.ts";
import {
  CHILD,
  type Operation,
  PLAIN_ATTRIBUTE,
  PLAIN_PART,
  STYLE_ATTRIBUTE,
  STYLE_PART,
  TEXT,
  URL_ATTRIBUTE,
} from "./operation.ts";
import { functionOf, MAX_OPERATIONS } from "./program.ts";
import type { Sink } from "./sink.ts";
import type { CompiledTemplate, Hot } from "./template.ts";
import { encoder, wellFormed } from "./unicode.ts";

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

const WRITERS = { putText, putAttribute, putMarkup, putNumber, putUrl };

/** Longer texts are faster joined; each loses what some three shorter ones gain (bench: html, "to bytes"). */
const LONG_TEXT = 48;
const SHORT_PER_LONG = 3;
const WORD = 8;
/** Longer chunks are copied by the platform, which costs a call. */
const MOST_IN_WORDS = 128;
/** Longer ones look how full the scratch is. */
const MOST_COPIED = 1_024;
/** So does a program after so many operations. */
const STRIDE = Math.floor(MOST_BETWEEN / (MOST_OF_TEXT + MOST_COPIED));

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
  if (heads.length > 0 || hot.longs * SHORT_PER_LONG > hot.shorts || operations.length > MAX_OPERATIONS)
    return undefined;
  if (!statics.every((text) => text === wellFormed(text))) return undefined;
  const chunks: Uint8Array[] = [];
  const code = programCode(template, chunks);
  return functionOf({ template, operations, chunks, ...kit, ...WRITERS }, code) as ByteProgram | undefined; // cast: that is what the code returns
}

/** The body of the function that makes a program. Nothing of the template enters it but numbers; its text is in `chunks`. */
function programCode(template: CompiledTemplate, chunks: Uint8Array[]): string {
  const { operations, leads } = template;
  const write = (text: string): string => chunkCode(text, chunks);
  const lead = (index: number, isOpening: boolean): string => {
    const plain = write((isOpening ? leads.opened : leads.bare)[index] as string); // casts: there is one chunk more than operations
    const before = operations[index - 1];
    if (before === undefined || !isJoined(before)) return plain;
    return `if (quoted) {${write((isOpening ? leads.joined : leads.closed)[index] as string)}} else {${plain}}`;
  };
  const lines: string[] = [];
  for (const [i, operation] of operations.entries()) {
    lines.push(stepCode(operation, i, lead));
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

/** Code that writes a chunk: in words that stand in the code as numbers, the last one with zeros behind its bytes. */
function chunkCode(text: string, chunks: Uint8Array[]): string {
  const bytes = encoder.encode(text);
  const { length } = bytes;
  if (length > MOST_IN_WORDS) {
    const name = `c${chunks.push(bytes) - 1}`;
    return length > MOST_COPIED ? `at = scratch.bytes(at, ${name});` : `out.set(${name}, at);at += ${length};`;
  }
  const padded = new Uint8Array(Math.ceil(length / WORD) * WORD);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  let code = "";
  // As numbers of 64 bits: UTF-8 has no NaN, whose bits would be lost, as no byte is 0xff, and none from 0xf0 on has 0x7f behind it.
  for (let i = 0; i < length; i += WORD) code += `view.setFloat64(at + ${i}, ${view.getFloat64(i, true)}, true);`;
  return length === 0 ? "" : `${code}at += ${length};`;
}

/** One operation with the chunk before it. The cases are those of program.ts. */
function stepCode(operation: Operation, index: number, lead: (index: number, isOpening: boolean) => string): string {
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
      return `${declared}const s${index} = at;
if (${isText}) {${lead(index, true)}at = putUrl(scratch, at, ${value});}
if (${isText} && at >= 0) quoted = true;
else {at = s${index};${lead(index, false)}${print}quoted = false;}`;
    case STYLE_ATTRIBUTE:
      return `${declared}if (isPlainStyles(${value})) {${lead(index, true)}at = putMarkup(scratch, at, ${value}.text);quoted = true;}
else {${lead(index, false)}${print}quoted = false;}`;
    default:
      return `${lead(index, false)}${print}`;
  }
}
