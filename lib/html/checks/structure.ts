import { BREAKS_OUT, ESCAPED_TEXT, HOLDS_HTML, RAW_TEXT, VOID } from "../contexts.ts";
import { isKnownName } from "../elements/names.ts";
import { decodeReferences } from "../parse/entities.ts";
import type { AttributeToken, TextMode, TokenSink } from "../parse/token-sink.ts";
import { tokenize } from "../parse/tokenizer.ts";
import type { CompiledTemplate } from "../program/template.ts";

/** An id in the statics, or one with holes. */
export interface IdSource {
  /** Its first hole; -1 when it has none. */
  readonly hole: number;
  /** The decoded statics around its holes. */
  readonly parts: readonly string[];
}

/** A hole among the attributes of a tag. */
export interface SpreadSource {
  readonly hole: number;
  /** An id before it in the same tag: the parser would drop another. */
  readonly hasId: boolean;
}

export interface StartToken {
  readonly kind: "start";
  readonly tag: string;
  readonly structure: Structure;
  /** Its end tag is in the same template. */
  isMatched: boolean;
  isSelfClosing: boolean;
  /** The decoded static attributes by their lower-case names; `undefined` for one with holes. */
  readonly attributes: Map<string, string | undefined>;
  id: IdSource | undefined;
  /** Of a frame. */
  sandbox: IdSource | undefined;
  src: IdSource | undefined;
  readonly spreads: SpreadSource[];
}

export interface EndToken {
  readonly kind: "end";
  readonly tag: string;
}

/** Text that is not blank. */
export interface TextToken {
  readonly kind: "text";
}

/** A hole between tags. */
export interface HoleToken {
  readonly kind: "hole";
  readonly hole: number;
}

export type Token = StartToken | EndToken | TextToken | HoleToken;

/** What the checks need to know of a template. */
export interface Structure {
  readonly origin: string;
  readonly tokens: Token[];
  /** Attributes of the statics that nothing reads, with their tags. */
  readonly unknownNames: (readonly [name: string, tag: string])[];
}

// One per template, for as long as that lives.
const structures = new WeakMap<CompiledTemplate, Structure>();

/** The structure of a template, read once. */
export function structureOf(template: CompiledTemplate): Structure {
  let structure = structures.get(template);
  if (structure === undefined) {
    structure = { origin: template.origin, tokens: [], unknownNames: [] };
    tokenize(template.statics, sinkOf(structure), template);
    structures.set(template, structure);
  }
  return structure;
}

/** An open element, as far as this template alone can tell. */
interface Open {
  readonly token: StartToken;
  readonly foreign: "svg" | "math" | false;
  readonly holdsHtml: boolean;
}

function sinkOf(structure: Structure): TokenSink {
  const { tokens } = structure;
  const open: Open[] = [];
  let current = makeStart("", structure);
  const isForeign = (): boolean => {
    const top = open[open.length - 1];
    return top !== undefined && top.foreign !== false && !top.holdsHtml;
  };
  return {
    copy() {},
    content(text) {
      if (/[^\t\n\f\r ]/.test(text)) tokens.push({ kind: "text" });
    },
    child: (hole) => void tokens.push({ kind: "hole", hole }),
    openTag(name) {
      current = makeStart(name, structure);
      tokens.push(current);
    },
    attribute: (token) => addAttribute(current, token),
    spread: (hole) => void current.spreads.push({ hole, hasId: current.id !== undefined }),
    closeStartTag(isSelfClosing) {
      current.isSelfClosing = isSelfClosing;
      if (BREAKS_OUT.has(current.tag)) while (isForeign()) open.pop();
      return openElement(open, current, isForeign());
    },
    endTag: (tag) => endTag(structure, open, tag),
    escapedText() {},
    scriptHole() {},
    inForeign: isForeign,
  };
}

function makeStart(tag: string, structure: Structure): StartToken {
  return {
    ...{ kind: "start", tag, structure, isMatched: false, isSelfClosing: false },
    ...{ attributes: new Map(), id: undefined, sandbox: undefined, src: undefined, spreads: [] },
  };
}

function addAttribute(start: StartToken, token: AttributeToken): void {
  const lower = token.name.toLowerCase();
  if (!isKnownName(lower)) start.structure.unknownNames.push([lower, start.tag]);
  if (start.attributes.has(lower)) return; // the parser drops it
  const parts = token.parts.map((part) => decodeReferences(part).text);
  start.attributes.set(lower, token.first < 0 ? parts[0] : undefined);
  if (lower === "id") start.id = { hole: token.first, parts };
  if (start.tag === "iframe" && (lower === "sandbox" || lower === "src")) start[lower] = { hole: token.first, parts };
}

/** How the text in the element is read: the same answers as those of the renderer's builder. */
function openElement(open: Open[], token: StartToken, inForeign: boolean): TextMode {
  const { tag } = token;
  const outer = inForeign ? (open[open.length - 1]?.foreign ?? false) : false;
  const foreign = tag === "svg" ? "svg" : outer || (tag === "math" && "math");
  if (foreign ? token.isSelfClosing : VOID.has(tag)) return "data";
  open.push({ token, foreign, holdsHtml: foreign !== false && (HOLDS_HTML[foreign].has(tag) || holdsHtml(token)) });
  if (foreign) return "data";
  if (tag === "script") return "script";
  if (tag === "plaintext") return "plain";
  return RAW_TEXT.has(tag) ? "raw" : ESCAPED_TEXT.has(tag) ? "escaped" : "data";
}

/** MathML's `<annotation-xml>` holds HTML when it says so. */
export function holdsHtml(token: StartToken): boolean {
  const encoding = token.attributes.get("encoding") ?? "";
  return token.tag === "annotation-xml" && /^(?:text\/html|application\/xhtml\+xml)$/i.test(encoding);
}

function endTag(structure: Structure, open: Open[], tag: string): void {
  structure.tokens.push({ kind: "end", tag });
  const found = open.findLastIndex((element) => element.token.tag === tag);
  const element = open[found];
  if (element === undefined) return;
  element.token.isMatched = true;
  open.length = found;
}
