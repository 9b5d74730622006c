import type { Site } from "../contexts.ts";
import type { Sink } from "../render/sink.ts";
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
import type { CompiledTemplate } from "./template.ts";

/** Renders the values of one template behind `text`, and returns both. */
export type Program = (sink: Sink, text: string, values: readonly unknown[]) => string;

/** What the code of a program calls: the renderer's own functions, so that every value is judged and written as without it. */
export interface Kit {
  child(sink: Sink, text: string, value: unknown, site: Site, hole: number): string;
  placed(sink: Sink, text: string, value: unknown, operation: Operation, site: Site): string;
  head(sink: Sink, template: CompiledTemplate, values: readonly unknown[]): string;
  print(sink: Sink, operation: Operation, values: readonly unknown[], template: CompiledTemplate): string;
  escapeText(value: string): string;
  escapeAttribute(value: string): string;
  isPlainStyles(value: unknown): boolean;
  isSimpleCss(value: string): boolean;
  isUsualUrl(value: string): boolean;
}

/** How often a template is rendered before code is made for it, which takes as long as some ten renders. */
export const HOT_RENDERS = 100;
export const MAX_OPERATIONS = 200;

/**
 * Code for one template: its chunks as constants, its operations one after the other. A tenth of a page (bench: html, 20 and 170 KiB): the
 * engine knows of each template by itself which values it gets, and joins constants without a call. Twins: runSteps in steps.ts, byte-program.ts.
 * @returns `undefined` where code may not be generated, and for templates that are too long to be compiled well.
 */
export function generateProgram(template: CompiledTemplate, kit: Kit): Program | undefined {
  const { operations } = template;
  if (operations.length > MAX_OPERATIONS) return undefined;
  return functionOf({ template, operations, ...kit }, programCode(template)) as Program | undefined; // cast: that is what the code returns
}

/** What a body of code returns that knows some values by names; `undefined` where code may not be generated. */
export function functionOf(known: Readonly<Record<string, unknown>>, code: string): unknown {
  if (!isServer()) return undefined;
  try {
    return new Function(...Object.keys(known), code)(...Object.values(known));
  } catch {
    return undefined; // by a flag of Node, or on a host that has no `new Function`
  }
}

/** Elsewhere a content security policy would report the attempt. */
export function isServer(): boolean {
  const { process } = globalThis as { readonly process?: { readonly versions?: { readonly node?: string } } }; // cast: browsers have none
  return process?.versions?.node !== undefined;
}

/** The body of the function that makes a program. Nothing of the template enters it but numbers, and texts as JSON. */
function programCode(template: CompiledTemplate): string {
  const { operations, heads } = template;
  const lines = heads.length === 0 ? [] : ["text += head(sink, template, values);"];
  for (let i = heads.length; i < operations.length; i++) lines.push(stepCode(template, i));
  lines.push(addLead(template, operations.length, false));
  return `return (sink, text, values) => {\nlet quoted = false;\n${lines.join("\n")}\nreturn text;\n};`;
}

/** One operation with the chunk before it. The cases are those of the loop that this replaces. */
function stepCode(template: CompiledTemplate, index: number): string {
  const operation = template.operations[index] as Operation; // cast: index is below the length
  const { kind, hole } = operation;
  const value = `v${index}`;
  const isText = `typeof ${value} === "string"`;
  const isNumber = `typeof ${value} === "number"`;
  const isBare = `${value} === true || ${value} === false || ${value} === undefined || ${value} === null`;
  const declared = `const ${value} = values[${hole}];`;
  const lead = addLead(template, index, false);
  const opened = addLead(template, index, true);
  const print = `text += print(sink, operations[${index}], values, template);`;
  const escaped = `text += escapeAttribute(${value});`;
  switch (kind) {
    case CHILD:
      return `${declared}${lead}if (${isText}) text += escapeText(${value});
else if (${isNumber}) text += ${value};
else text = ${operation.foreign === undefined ? `child(sink, text, ${value}, template, ${hole})` : `placed(sink, text, ${value}, operations[${index}], template)`};`;
    case TEXT:
      return `${declared}${lead}if (${isText}) text += escapeText(${value});
else ${print}`;
    case PLAIN_PART:
      return `${declared}${lead}if (${isText}) ${escaped}
else if (${isNumber}) text += ${value};
else ${print}`;
    case STYLE_PART:
      return `${declared}${lead}if (${isText} && isSimpleCss(${value})) text += ${value};
else ${print}`;
    case PLAIN_ATTRIBUTE:
      return `${declared}if (${isText}) {${opened}${escaped}quoted = true;}
else if (${isNumber}) {${opened}text += ${value};quoted = true;}
${operation.worded ? "" : `else if (${isBare}) {${lead}if (${value} === true) text += ${JSON.stringify(operation.name)};quoted = false;}`}
else {${lead}${print}quoted = false;}`;
    case URL_ATTRIBUTE:
      return `${declared}if (${isText} && isUsualUrl(${value})) {${opened}${escaped}quoted = true;}
else {${lead}${print}quoted = false;}`;
    case STYLE_ATTRIBUTE:
      return `${declared}if (isPlainStyles(${value})) {${opened}text += ${value}.text;quoted = true;}
else {${lead}${print}quoted = false;}`;
    default:
      return `${lead}${print}`;
  }
}

/** Adds a chunk: with the quote of the attribute before it, where that was printed all but its quote, and the name of the one behind. */
function addLead({ leads, operations, heads }: CompiledTemplate, index: number, isOpening: boolean): string {
  const before = operations[index - 1];
  const plain = JSON.stringify((isOpening ? leads.opened : leads.bare)[index]);
  if (index <= heads.length || before === undefined || !isJoined(before))
    return plain === '""' ? "" : `text += ${plain};`;
  return `text += quoted ? ${JSON.stringify((isOpening ? leads.joined : leads.closed)[index])} : ${plain};`;
}
