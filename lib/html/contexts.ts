import { CodedError, type ErrorCode } from "../errors/index.ts";
import type { HoleContext, Template } from "./program/template-types.ts";

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
// Behind a name of ours or htmx's may stand that it is inherited.
const REQUEST =
  /^(?:data-)?(?:bus|hx|sse|ws)-(?:get|post|put|patch|delete|push-url|replace-url|boost-url|action|connect)(?::[a-z:]*)?$/;
// Names whose value some library runs as code: Alpine, Vue, htmx, AngularJS (with its three marks), Angular, hyperscript, datastar, Knockout,
// Unpoly. The old `hx-sse` and `hx-ws` hold commands, among them whom to connect to.
const CODE =
  /^(?:x-|v-|@|:|(?:(?:data|x)[-:_])?ng[-:_]|\(|\[|\*|#|_$|(?:data-)?script$|hx-on|bus-on|data-hx-on|data-bus-on|(?:data-)?(?:hx|bus)-(?:vals|vars|headers|request)(?::[a-z:]*)?$|(?:data-)?hx-(?:trigger|sse|ws)(?::[a-z:]*)?$|data-on[-:]|data-star-|data-bind$|(?:data-)?up-on-|data-x-|data-v-)/;
/** Attributes whose "true" and "false" are words: dropping one would mean something else. */
const WORDED =
  /^(?:aria-.*|draggable|spellcheck|contenteditable|writingsuggestions|focusable|preservealpha|externalresourcesrequired|displaystyle|stretchy|symmetric|largeop|movablelimits|accent|accentunder|fence|separator|(?:data-)?(?:bus|hx)-(?:boost|push-url|replace-url|history|validate)(?::[a-z:]*)?)$/;
// What is loaded from these runs in the page, or is part of it: scripts, frames, plugins, what moves every other URL, and the elements of
// Turbo and GitHub that fetch markup into the page.
const RESOURCES: ReadonlySet<string> = new Set(
  (
    "script src,script href,handler href,listener href,iframe src,frame src,fencedframe src,portal src,webview src,embed src,object data," +
    "turbo-frame src,turbo-stream-source src,include-fragment src,object codebase,object classid,object archive,applet code,applet codebase,applet archive,applet object,base href,use href,html manifest"
  ).split(","),
);
const RESOURCE_RELS = words("stylesheet preload modulepreload import manifest serviceworker prerender");

/** The attribute that decides what another one of the same tag means, if there is one. */
export function keyAttribute(tag: string): string | undefined {
  if (tag === "link") return "rel";
  if (tag === "meta") return "http-equiv";
  return ANIMATIONS.has(tag) ? "attributename" : undefined;
}

/**
 * The context of an attribute's value, by its lower-case name.
 * @param key - The value of the tag's `keyAttribute`; the strictest reading without it.
 */
export function attributeContext(tag: string, name: string, key?: string): HoleContext {
  if (name.startsWith("on")) return "handler";
  if (CODE.test(name)) return "code";
  if (name === "style" || name === "srcdoc") return name;
  if (name === "srcset" || name === "imagesrcset") return "srcset";
  if (name === "ping" || name === "attributionsrc") return "url-list";
  if (name === "content" && tag === "meta") return isRefresh(key) ? "refresh" : "attribute";
  // `xlink:href`, `xml:base`: what counts is the local name.
  const local = name.slice(name.lastIndexOf(":") + 1);
  if (ANIMATED.has(name) && ANIMATIONS.has(tag)) return animatedContext(key);
  if (RESOURCES.has(`${tag} ${local}`) || name === "xml:base") return "resource-url";
  if (tag === "link" && local === "href") return loadsResource(key) ? "resource-url" : "url";
  return URLS.has(local) || REQUEST.test(name) ? "url" : "attribute";
}

// U+FFFD stands for a reference we do not know: then nothing is known.
function isRefresh(equiv: string | undefined): boolean {
  return equiv !== undefined && (/^\s*refresh\s*$/i.test(equiv) || equiv.includes("\ufffd"));
}

function animatedContext(name: string | undefined): HoleContext {
  if (name === undefined || /(?:^|:)\s*href\s*$/i.test(name) || name.includes("\ufffd")) return "resource-url";
  return /^\s*on/i.test(name) ? "handler" : "url-list"; // browsers of old animate handlers too
}

/** Tells whether a link of this `rel` brings something that runs or styles. */
function loadsResource(rel: string | undefined): boolean {
  const kinds = (rel ?? "").toLowerCase().split(/\s+/);
  return (
    rel === undefined || rel.trim() === "" || rel.includes("\ufffd") || kinds.some((kind) => RESOURCE_RELS.has(kind))
  );
}

/** Tells whether a link of this `rel` takes a nonce. */
export function takesNonce(rel: unknown): boolean {
  return typeof rel === "string" && /(?:^|\s)(?:stylesheet|preload|modulepreload)(?:\s|$)/i.test(rel);
}

export const NO_IMAGE = 0;
export const PIXELS = 1;
export const ANY_IMAGE = 2;

/** Which images an attribute of the context "url" shows: none, those of pixels, or SVG too, where it cannot run scripts. */
export function imagesOf(tag: string, name: string, key: string | undefined): number {
  if (name === "src" && (tag === "img" || tag === "image")) return ANY_IMAGE;
  if (name === "poster" && tag === "video") return PIXELS;
  if (name === "src" && tag === "input") return PIXELS;
  if (/(?:^|:)href$/.test(name) && (tag === "image" || tag === "feimage")) return PIXELS;
  return name === "href" && tag === "link" && /icon\b/i.test(key ?? "") ? PIXELS : NO_IMAGE;
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
