import type { Fields, StandardSchema } from "../app/index.ts";
import { type Spread, spread } from "../html/index.ts";
import { hashText, type WireMap, type WireValue } from "../wire/index.ts";

/**
 * The events of the page a handler may be bound to: any, by its name in lower-case letters and hyphens. "click" and "submit" work without JavaScript too.
 * @public
 */
export type DomEvent = "click" | "submit" | "input" | "change" | (string & Record<never, never>); // the four stand there for editors to propose

/** What may be bound to an event: part of what its schema takes, or anything that can travel. @public */
export type BoundArgs<Schemas, Name> = Name extends keyof Schemas
  ? Schemas[Name] extends StandardSchema<infer Input>
    ? Partial<Input>
    : WireMap
  : WireMap;

/**
 * For each handler, a function that binds it to an element: `<button ${bind.remove("click", { id })}>`.
 * What the event carries is the bound arguments and, for "submit" and forms, the form's fields, else but for "click"
 * `{ value, checked }` of the control, and `key` where a key was pressed; bound arguments win.
 * Without JavaScript a bound form, and a bound button in any `<form method="post">`, do the same through a POST.
 * @public
 */
export type Bind<Names extends string, Schemas> = {
  readonly [Name in Names]: (event: DomEvent, args?: BoundArgs<Schemas, Name>) => Spread;
};

/** Tells handlers from those of another build: they travel as numbers, and where others stand it is another. */
export function digestOf(handlers: readonly string[]): string {
  return (hashText(handlers.join()) % 36 ** 4).toString(36);
}

/** Makes the bind of a session. */
export function createBind(names: readonly string[], url: string): Readonly<Record<string, unknown>> {
  const bind: Record<string, unknown> = Object.create(null);
  const digest = digestOf(names);
  for (const [index, name] of names.entries()) {
    bind[name] = (event: DomEvent, args?: WireMap): Spread => spread(boundTo({ index, digest, url }, event, args));
  }
  return bind;
}

/** A handler in a page: its number, the build's digest, and the address the page is at. */
export interface Bindable {
  readonly index: number;
  readonly digest: string;
  readonly url: string;
}

/** The attributes of an element that is bound. */
export function boundTo({ index, digest, url }: Bindable, event: DomEvent, args?: WireMap): Record<string, string> {
  // What a browser posts without JavaScript is also what the client script reads: it is in the page once. Only what is posted needs the digest:
  // of a socket the build is known.
  const head = event === "click" || event === "submit" ? `${index}.${digest}` : index;
  const binding = args === undefined ? String(head) : `${head} ${JSON.stringify(args)}`;
  if (event === "click") return { name: "bus:click", value: binding };
  if (event !== "submit") return { [`bus-${event}`]: binding };
  const query = url.includes("?") ? `${queryOf(url)}&` : "";
  return { method: "post", action: `?${query}bus:submit=${encodeURIComponent(binding)}` };
}

/** An event as a browser without JavaScript posts it. */
export interface PostedEvent {
  readonly handler: number;
  /** See `digestOf`; `undefined` for who writes its own. */
  readonly digest: string | undefined;
  readonly args: WireMap;
  /** Path and query of the page, without the event. */
  readonly url: string;
}

/** Reads a posted event; the pressed button wins over its form. */
export function readPosted(url: string, form: Fields): PostedEvent | undefined {
  const search = new URLSearchParams(queryOf(url));
  const pressed = form["bus:click"];
  const binding = (typeof pressed === "string" ? pressed : undefined) ?? search.get("bus:submit");
  const [, handler, digest, text] = /^(\d{1,6})(?:\.([0-9a-z]{1,4}))?(?: (.*))?$/s.exec(binding ?? "") ?? [];
  if (handler === undefined) return undefined;
  const args: Record<string, WireValue> = Object.create(null);
  for (const [name, value] of Object.entries(form)) if (!name.startsWith("bus:")) args[name] = value;
  const bound = text === undefined ? {} : parseObject(text);
  if (bound === undefined) return undefined;
  for (const [name, value] of Object.entries(bound)) args[name] = value;
  return { handler: Number(handler), digest, args, url: withoutEvent(url) };
}

/** Path and query without the event in it. */
export function withoutEvent(url: string): string {
  const query = queryOf(url);
  const parts = query.split("&");
  const kept = parts.filter((part) => !new URLSearchParams(part).has("bus:submit"));
  if (kept.length === parts.length) return url;
  const path = url.slice(0, url.length - query.length - 1);
  return kept.length > 0 ? `${path}?${kept.join("&")}` : path;
}

function queryOf(url: string): string {
  return url.includes("?") ? url.slice(url.indexOf("?") + 1) : "";
}

/** A browser sends what `createBind` wrote; a stranger anything. */
const MAX_BOUND = 65_536;
const MAX_DEPTH = 32;

/** The object a text holds, made as those of a socket's frames are: no prototypes, no endless depth. */
function parseObject(text: string): WireMap | undefined {
  if (text.length > MAX_BOUND) return undefined;
  try {
    const value = withoutPrototypes(JSON.parse(text), MAX_DEPTH);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as WireMap) : undefined; // cast: JSON holds wire values only
  } catch {
    return undefined;
  }
}

function withoutPrototypes(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) throw new RangeError("too deep");
  if (Array.isArray(value)) return value.map((item) => withoutPrototypes(item, depth - 1));
  const copy: Record<string, unknown> = Object.create(null);
  for (const [name, inner] of Object.entries(value)) copy[name] = withoutPrototypes(inner, depth - 1);
  return copy;
}
