import { type Html, html, isHtml } from "../html/index.ts";
import { isAbsolute, jsonValue, selectorOf, selectorValue, urlValue } from "./header-values.ts";
import { isFromClient, isPartial, VARY } from "./request.ts";
import type { PartialReply, Place, Renders, RequestLike, SwapStyle } from "./types.ts";

/**
 * Starts the reply to a request. Whether it is a fragment, a page or a redirect follows from what the request wants.
 * @example
 * ```ts
 * app.post("/todos", async (c) => {
 *   const todo = await add(await c.readForm());
 *   return reply(c.request).append(ui.list, ui.row, todo).oob(ui.count, total()).trigger("added", { id: todo.id }).seeOther("/todos");
 * });
 * ```
 * @remarks Nothing is rendered before `body` is read.
 * @public
 */
export function reply(request: RequestLike): PartialReply {
  return new Builder(request);
}

// What a verb that takes content was given: content, or a fragment and its props (none for one without).
type Given = readonly [content: Html | Renders<unknown>, ...props: unknown[]];

class Builder implements PartialReply {
  readonly #request: RequestLike;
  readonly #isPartial: boolean;
  readonly #main: Html[] = [];
  readonly #parts: Html[] = [];
  readonly #events = new Map<string, unknown>();
  readonly #control = new Map<string, string>();
  #status = 200;
  #page: Html | (() => Html) | undefined;
  #next: { readonly url: string; readonly always: boolean } | undefined;
  #items: AsyncIterable<Html> | undefined;

  constructor(request: RequestLike) {
    this.#request = request;
    this.#isPartial = isPartial(request);
  }

  get status(): number {
    return this.#redirectsNatively() ? 303 : this.#status;
  }

  get headers(): [string, string][] {
    const headers: [string, string][] = [["vary", VARY]];
    if (this.#isPartial) headers.push(["cache-control", "no-store"]);
    if (this.#redirectsNatively()) return [...headers, ["location", this.#next?.url ?? ""]];
    if (this.#status !== 204) headers.push(["content-type", "text/html; charset=utf-8"]);
    if (!isFromClient(this.#request)) return headers;
    if (this.#next?.always) headers.push(["bus-redirect", this.#next.url]);
    if (this.#events.size > 0) headers.push(["bus-trigger", jsonValue(Object.fromEntries(this.#events))]);
    return [...headers, ...this.#control];
  }

  get body(): Html | AsyncIterable<Html> {
    if (this.#next?.always || this.#redirectsNatively() || this.#status === 204) return html``;
    if (!this.#isPartial && this.#page !== undefined) return isHtml(this.#page) ? this.#page : this.#page();
    const content = html`${this.#main}${this.#isPartial ? this.#parts : []}`;
    return this.#items === undefined ? content : concat(content, this.#items);
  }

  /** A redirect the browser follows by itself; the script follows it too, where it asked for a page of this origin. */
  #redirectsNatively(): boolean {
    if (this.#next === undefined || this.#isPartial) return false;
    const { url, always } = this.#next;
    // What was not accepted has to be shown, and what was asked for with GET is not a form that was sent.
    if (!always && (this.#status !== 200 || /^(GET|HEAD)$/.test(this.#request.method ?? "GET"))) return false;
    return !isFromClient(this.#request) || !isAbsolute(url);
  }

  main(...given: Given): this {
    this.#main.push(contentOf(given));
    return this;
  }

  oob(fragment: Renders<unknown>, ...props: unknown[]): this {
    const { idOf, render } = fragment as Renders<object>; // cast: the interface has checked the props
    return this.#part({ id: idOf(...(props as [object])) }, "outerHTML", render(...(props as [object]))); // cast: as above
  }

  append(place: Place, ...given: Given): this {
    return this.#part(place, "beforeend", contentOf(given));
  }

  prepend(place: Place, ...given: Given): this {
    return this.#part(place, "afterbegin", contentOf(given));
  }

  before(place: Place, ...given: Given): this {
    return this.#part(place, "beforebegin", contentOf(given));
  }

  after(place: Place, ...given: Given): this {
    return this.#part(place, "afterend", contentOf(given));
  }

  inner(place: Place, ...given: Given): this {
    return this.#part(place, "innerHTML", contentOf(given));
  }

  remove(place: Place | { at(key: string | number): Place }, key?: string | number): this {
    return this.#part("id" in place ? place : place.at(key ?? ""), "delete", html``);
  }

  #part(place: Place, style: SwapStyle, content: Html): this {
    this.#parts.push(html`<bus-partial bus-target=${selectorOf(place)} bus-swap=${style}>${content}</bus-partial>`);
    return this;
  }

  trigger(name: string, detail?: unknown): this {
    this.#events.set(name, detail ?? null);
    return this;
  }

  pushUrl(url: string | false): this {
    return this.#set("bus-push-url", url === false ? "false" : urlValue(url, false));
  }

  replaceUrl(url: string | false): this {
    return this.#set("bus-replace-url", url === false ? "false" : urlValue(url, false));
  }

  retarget(target: Place | string): this {
    return this.#set("bus-retarget", selectorValue(typeof target === "string" ? target : selectorOf(target)));
  }

  reswap(style: SwapStyle): this {
    return this.#set("bus-reswap", style);
  }

  refresh(): this {
    return this.#set("bus-refresh", "true");
  }

  #set(name: string, value: string): this {
    this.#control.set(name, value);
    return this;
  }

  page(content: Html | (() => Html)): this {
    this.#page = content;
    return this;
  }

  seeOther(url: string): this {
    this.#next = { url: urlValue(url, true), always: false };
    return this;
  }

  redirect(url: string): this {
    this.#next = { url: urlValue(url, true), always: true };
    return this;
  }

  none(): this {
    this.#status = 204;
    return this;
  }

  invalid(status = 422): this {
    this.#status = status;
    return this;
  }

  stream(items: AsyncIterable<Html>): this {
    this.#items = items;
    return this;
  }
}

function contentOf([content, ...props]: Given): Html {
  if (isHtml(content)) return content;
  return (content as Renders<object>).render(...(props as [object])); // cast: the interface has checked the props
}

async function* concat(first: Html, rest: AsyncIterable<Html>): AsyncGenerator<Html> {
  yield first;
  yield* rest;
}
