import { failAt, type Site } from "../contexts.ts";
import { learnStatics } from "../encode/unicode.ts";
import { flat } from "../flat.ts";
import { buildParts } from "../parse/builder.ts";
import type { Built } from "../parse/builder-state.ts";
import { hashTexts } from "../parse/hash.ts";
import { createHeads, type Heads } from "./heads.ts";
import { type Leads, leadsOf } from "./leads.ts";
import {
  ATTRIBUTE,
  isTagMark,
  makeOperation,
  NONCE,
  type Operation,
  PART,
  type Part,
  PLAIN_ATTRIBUTE,
  PLAIN_PART,
  STYLE_ATTRIBUTE,
  STYLE_PART,
  URL_ATTRIBUTE,
} from "./operation.ts";
import type { Hole, Slot, Template } from "./template-types.ts";

/** A template with the program that renders it: chunk, operation, chunk, operation, …, chunk. */
export interface CompiledTemplate extends Template, Site {
  readonly chunks: readonly string[];
  readonly operations: readonly Operation[];
  readonly parts: readonly Part[];
  /** The chunks once more, with the names and quotes of attributes. */
  readonly leads: Leads;
  /** Start tags printed before. */
  readonly heads: Heads;
  /** Whether it is used often, and the code that renders it then. */
  readonly hot: Hot;
  /** For each slot, where its value comes from. */
  readonly sources: readonly Operation[];
  /** What keeps it from being a live template, if anything does. */
  readonly obstacle: Built["obstacle"];
}

/** What a template learns of its use. */
export interface Hot {
  /** Renders so far, until there is a program. */
  renders: number;
  /** A `Program`: code made for this template alone (program.ts). */
  program: unknown;
  /** Renders to bytes, until there could be a `ByteProgram` (byte-program.ts), and the values they were given. */
  byteRenders: number;
  byteProgram: unknown;
  shorts: number;
  longs: number;
}

/**
 * Parses the statics of a template, once.
 * @param options - `repeats`: most of its attributes have the same values each time, as in JSX, where what the source spells out is a hole too.
 * @throws CodedError `HTML_*` when a hole stands where no value is safe.
 */
export function compileTemplate(
  statics: readonly string[],
  origin: string,
  options: { readonly repeats?: boolean } = {},
): CompiledTemplate {
  const site: Site = { origin };
  if (statics.some((part) => part === undefined)) {
    throw failAt("HTML_BAD_TEMPLATE", "the text holds an escape that JavaScript does not know", site);
  }
  // What a parser would make of them; a carriage return left before a hole would swallow a line feed that its value starts with.
  const read = statics.map((part) => part.replace(/\r\n?/g, "\n"));
  learnStatics(read);
  const built = buildParts(read, site);
  const { chunks, operations } = programOf(built.parts);
  const heads = createHeads(options.repeats === true ? operations : []);
  return Object.freeze({
    heads,
    hot: { renders: 0, program: undefined, byteRenders: 0, byteProgram: undefined, shorts: 0, longs: 0 },
    ...{ hash: hashTexts(statics), statics: Object.freeze(statics.slice()), origin, chunks, operations },
    ...{
      leads: leadsOf(chunks, operations, heads.length),
      parts: built.parts,
      sources: built.sources,
      obstacle: built.obstacle,
    },
    holes: Object.freeze(describeHoles(operations)),
    slots: Object.freeze(
      built.slots.map((slot): Slot => Object.freeze({ ...slot, path: Object.freeze(slot.path.slice()) })),
    ),
  });
}

interface Program {
  readonly chunks: string[];
  readonly operations: Operation[];
}

/** The parts as chunk, operation, chunk, operation, …, chunk. */
function programOf(parts: readonly Part[]): Program {
  const chunks: string[] = [];
  const operations: Operation[] = [];
  let chunk = "";
  const add = (operation: Operation): void => {
    chunks.push(flat(chunk));
    operations.push(operation);
    chunk = "";
  };
  for (const part of parts) {
    // A nonce is never plain: memo() has to see it, and it is nothing to keep.
    if (typeof part === "string") chunk += part;
    else if (isTagMark(part)) {
      if (part.nonce) add(makeOperation({ kind: NONCE, context: "attribute", beside: part.beside }));
    } else if (part.kind === ATTRIBUTE && part.lower !== "nonce" && !part.whole && part.settled) {
      // Always printed, each hole by itself: all but the holes is as fixed as any other text.
      chunk += part.open + (part.parts[0] ?? "");
      for (let index = 0; index < part.count; index++) {
        add(
          makeOperation({
            ...part,
            kind: partKind(part, index),
            hole: part.hole + index,
            count: 1,
            open: "",
            quote: "",
            source: part,
            index,
          }),
        );
        chunk += part.parts[index + 1] ?? "";
      }
      chunk += part.quote;
    } else add(makeOperation({ ...part, kind: wholeKind(part), source: part })); // made like all others: one object shape in the render loop
  }
  chunks.push(flat(chunk));
  return { chunks, operations };
}

function partKind({ context, inValue }: Operation, index: number): number {
  if (context === "attribute" || context === "url") return PLAIN_PART;
  return context === "style" && inValue[index] === true ? STYLE_PART : PART;
}

function wholeKind({ kind, lower, whole, context, beside }: Operation): number {
  if (kind !== ATTRIBUTE || lower === "nonce" || !whole) return kind;
  if (context === "style") return STYLE_ATTRIBUTE;
  if (context === "url" && beside === undefined) return URL_ATTRIBUTE;
  return context === "attribute" ? PLAIN_ATTRIBUTE : kind;
}

/** The template's program: every template that exists was made here. */
export function compiled(template: Template): CompiledTemplate {
  return template as CompiledTemplate; // cast: see above
}

function describeHoles(operations: readonly Operation[]): Hole[] {
  const holes: Hole[] = [];
  for (const operation of operations) {
    if (operation.kind === NONCE) continue;
    const { name } = operation;
    for (let i = 0; i < operation.count; i++) {
      holes.push(Object.freeze({ context: operation.context, name, tag: operation.tag, slot: operation.slot }));
    }
  }
  return holes;
}
