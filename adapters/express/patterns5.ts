import type { Cut, Mount, Paths } from "./paths.ts";

/** How a router of Express 5 compares paths. */
export interface Express5Rules {
  readonly sensitive: boolean;
  readonly strict: boolean;
}

type Token =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "param" | "splat" }
  | { readonly kind: "group"; readonly tokens: readonly Token[] };

type Flat = Exclude<Token, { readonly kind: "group" }>;

const MAX_COMBINATIONS = 256;

/** Express 5 keeps the path and forgets the regular expression: it is made again here. */
export function languageOf5(path: unknown, { sensitive, strict }: Express5Rules): Paths {
  const paths: readonly unknown[] = [path].flat(Number.POSITIVE_INFINITY);
  const pattern = paths.map(String).join(", ");
  const regExps: RegExp[] = [];
  for (const one of paths) {
    if (one instanceof RegExp) {
      regExps.push(one);
      continue;
    }
    const sources = typeof one === "string" ? sourcesOf(strict ? one : loosen(one)) : undefined;
    if (sources === undefined) return { pattern, reason: "the path is in no syntax of Express 5" };
    for (const { source } of sources)
      regExps.push(new RegExp(`^${source}${strict ? "" : "\\/?"}$`, sensitive ? "" : "i"));
  }
  return { pattern, regExps };
}

/** A mount of Express 5. Routers before 2.3.0 do not say where they are mounted. */
export function mountOf5(path: unknown, slash: boolean, { sensitive }: Express5Rules): Mount {
  const fold = !sensitive;
  if (slash) return { pattern: "", cuts: [{ source: "", leaves: "rest" }], fold };
  const paths: readonly unknown[] = [path].flat(Number.POSITIVE_INFINITY);
  const pattern = path === undefined ? "/(unknown)" : paths.map(String).join(", ");
  const cuts: Cut[] = [];
  for (const one of paths) {
    const sources = typeof one === "string" ? sourcesOf(loosen(one)) : undefined;
    if (sources === undefined) return { pattern, cuts: undefined, fold };
    for (const { source, tokens } of sources) {
      const splat = tokens.findIndex((token) => token.kind === "splat");
      if (splat >= 0 && splat < tokens.length - 1) return { pattern, cuts: undefined, fold };
      const unless = cuts.map((cut) => cut.source).join("|");
      cuts.push({ source, leaves: splat < 0 ? "rest" : "all", ...(unless === "" ? {} : { unless }) });
    }
  }
  return { pattern, cuts, fold };
}

function loosen(path: string): string {
  return path === "/" ? path : path.replace(/\/+$/, "");
}

/** A regular expression for each choice of optional groups, in the order in which they are tried. */
function sourcesOf(path: string): readonly { readonly source: string; readonly tokens: readonly Flat[] }[] | undefined {
  const tokens = tokenize(path);
  const choices = tokens && choose(tokens);
  if (choices === undefined || choices.length > MAX_COMBINATIONS) return undefined;
  return choices.map((choice) => ({ source: sourceOf(choice), tokens: choice }));
}

const NAME = /[$_\p{ID_Start}](?:[$\p{ID_Continue}]|\u200c|\u200d)*|"(?:\\[\s\S]|[^"\\])+"/uy;

function tokenize(path: string): readonly Token[] | undefined {
  let at = 0;
  let sound = true;

  function sequence(inGroup: boolean): readonly Token[] {
    const tokens: Token[] = [];
    let text = "";
    const flush = (): void => {
      if (text !== "") tokens.push({ kind: "text", text });
      text = "";
    };
    while (at < path.length && !(inGroup && path.charAt(at) === "}")) {
      const head = path.charAt(at++);
      if (head === "\\") text += path.charAt(at++);
      else if (head === ":" || head === "*") {
        flush();
        NAME.lastIndex = at;
        const name = NAME.exec(path)?.[0];
        sound &&= name !== undefined;
        at += name?.length ?? 0;
        tokens.push({ kind: head === ":" ? "param" : "splat" });
      } else if (head === "{") {
        flush();
        tokens.push({ kind: "group", tokens: sequence(true) });
        sound &&= path.charAt(at++) === "}";
      } else {
        sound &&= !"}()[]+?!".includes(head);
        text += head;
      }
    }
    flush();
    return tokens;
  }

  const tokens = sequence(false);
  return sound ? tokens : undefined;
}

/** With each group and without it, with it first. */
function choose(tokens: readonly Token[]): readonly (readonly Flat[])[] | undefined {
  let choices: readonly (readonly Flat[])[] = [[]];
  for (const token of tokens) {
    const next = token.kind === "group" ? choose(token.tokens) : [[token]];
    if (next === undefined) return undefined;
    const options = token.kind === "group" ? [...next, []] : next;
    choices = choices.flatMap((before) => options.map((after) => [...before, ...after]));
    if (choices.length > MAX_COMBINATIONS) return undefined;
  }
  return choices;
}

/**
 * What a parameter may hold depends on its neighbours: Express 5 keeps the text between two captures out of the later
 * one, so that a path is read in one way only.
 */
function sourceOf(tokens: readonly Flat[]): string {
  let source = "";
  let before = ""; // text since the last capture
  let afterSplat = ""; // text between the last splat and the capture after it
  let countsText = false;
  let inSegment = { param: false, splat: false };
  for (const [i, token] of tokens.entries()) {
    if (token.kind === "text") {
      source += quote(token.text);
      before += token.text;
      if (countsText) afterSplat += token.text;
      if (token.text.includes("/")) inSegment = { param: false, splat: false };
      continue;
    }
    if (token.kind === "param") {
      source += paramSource(before, inSegment, tokens.slice(i + 1));
      inSegment = { ...inSegment, param: true };
      countsText = false;
    } else {
      source += splatSource(before, inSegment.splat, afterSplat);
      inSegment = { ...inSegment, splat: true };
      countsText = true;
      afterSplat = "";
    }
    before = "";
  }
  return source;
}

function paramSource(
  before: string,
  { param, splat }: { param: boolean; splat: boolean },
  after: readonly Flat[],
): string {
  if (splat) return `(?:${without("/", before)})+`;
  if (splatFollows(after)) {
    const [next] = after;
    return `(?:${without("/", next?.kind === "text" ? next.text : "")})+`;
  }
  return param ? `(?:(?:${without("/", before)})+|${quote(before)})` : "[^/]+";
}

function splatSource(before: string, splat: boolean, afterSplat: string): string {
  if (splat) return `(?:${without(before)})+`;
  return afterSplat === "" ? "[^]+" : `(?:(?:${without(afterSplat)})+|[^/]+)`;
}

/** Whether a splat comes later in the same segment. */
function splatFollows(after: readonly Flat[]): boolean {
  for (const token of after) {
    if (token.kind === "splat") return true;
    if (token.kind === "text" && token.text.includes("/")) return false;
  }
  return false;
}

/** One unit at which none of these texts begins. */
function without(...texts: readonly string[]): string {
  const wanted = texts.filter((text) => text !== "");
  return wanted.length === 0 ? "[^]" : `(?!${wanted.map(quote).join("|")})[^]`;
}

function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
