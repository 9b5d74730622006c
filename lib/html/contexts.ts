import { CodedError, type ErrorCode } from "../errors/index.ts";
import type { HoleContext, Template } from "./types.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

export const VOID: ReadonlySet<string> = words(
  "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr",
);
/** Elements whose text is taken as it is, up to their end tag. */
export const RAW_TEXT: ReadonlySet<string> = words("script style xmp iframe noembed noframes");
/** Elements that hold text and references, but no tags. */
export const ESCAPED_TEXT: ReadonlySet<string> = words("title textarea");
/** A line feed right after these start tags is dropped by the parser. */
export const DROPS_NEWLINE: ReadonlySet<string> = words("textarea pre listing");
/** HTML elements that end SVG or MathML when they start inside it. */
export const BREAKS_OUT: ReadonlySet<string> = words(
  "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol p pre " +
    "ruby s small span strong strike sub sup table tt u ul var",
);
/** Elements of SVG, and of MathML, that hold HTML again. */
export const HOLDS_HTML: { readonly svg: ReadonlySet<string>; readonly math: ReadonlySet<string> } = {
  svg: words("foreignobject desc title"),
  math: words("mi mo mn ms mtext"),
};
const ANIMATIONS = words("set animate animatetransform animatemotion animatecolor");
const ANIMATED = words("to from by values");
const URLS = words(
  "src href action formaction poster cite data background manifest longdesc usemap profile classid codebase archive dynsrc lowsrc " +
    "icon itemtype itemid xmlns base",
);
const REQUEST =
  /^(?:data-)?(?:bus|hx|sse|ws)-(?:get|post|put|patch|delete|push-url|replace-url|boost-url|action|connect)$/;
// Names whose value some library runs as code: Alpine, Vue, htmx, AngularJS, Angular, hyperscript, datastar.
const CODE =
  /^(?:x-|v-|@|:|ng-|data-ng-|\(|\[|\*|#|_$|hx-on|bus-on|data-hx-on|data-bus-on|(?:data-)?(?:hx|bus)-(?:vals|vars|headers|request)$|(?:data-)?hx-trigger$|data-on[-:]|data-x-|data-v-)/;
/** Attributes whose "true" and "false" are words: dropping one would mean something else. */
const WORDED = /^(?:aria-.*|draggable|spellcheck|contenteditable|writingsuggestions)$/;

/** The context of an attribute's value, by its lower-case name. */
export function attributeContext(tag: string, name: string): HoleContext {
  if (name.startsWith("on")) return "handler";
  if (CODE.test(name)) return "code";
  if (name === "style") return "style";
  if (name === "srcset" || name === "imagesrcset") return "srcset";
  if (name === "ping" || name === "attributionsrc" || (ANIMATED.has(name) && ANIMATIONS.has(tag))) return "url-list";
  // `xlink:href`, `xml:base`: what counts is the local name.
  if (URLS.has(name.slice(name.lastIndexOf(":") + 1)) || REQUEST.test(name)) return "url";
  return "attribute";
}

/** True when `true` and `false` are written as words. */
export function isWorded(name: string): boolean {
  return WORDED.test(name);
}

/** Tells whether a script of this `type` runs as JavaScript; otherwise it is a block of data. */
export function isJavaScript(type: string | undefined): boolean {
  const essence = (type ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  return essence === "" || essence === "module" || /(?:java|ecma|j|live)script/.test(essence);
}

/** What a message says about a template: where it was written. Set by the template itself. */
export interface Site {
  /** `file:line:column`, or "" where the engine does not tell. */
  readonly origin: string;
}

/** An error that names the place of the template and the hole. */
export function failAt(code: ErrorCode, message: string, site: Template | Site | undefined, hole?: number): CodedError {
  const origin = site !== undefined && "origin" in site && site.origin !== "" ? site.origin : "an unknown place";
  const where =
    site === undefined ? "" : ` (${hole === undefined ? "" : `hole ${hole + 1} of `}the template at ${origin})`;
  return new CodedError(code, message + where, { value: hole === undefined ? undefined : hole + 1 });
}
