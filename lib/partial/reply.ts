import { type Html, html, isHtml } from "../html/index.ts";
import { ControlHeaders } from "./control.ts";
import { etagFor, isKnown } from "./etag.ts";
import { historyValue, isAbsolute, jsonValue, selectorValue, targetValue, urlValue } from "./header-values.ts";
import { contentOf, type Given, PartList } from "./parts.ts";
import type { Place } from "./place.ts";
import { type Dialect, dialectOf, isPartial, isRead, VARY } from "./request.ts";
import { streamOf } from "./stream.ts";
import { swapValue } from "./swap.ts";
import type { LocationOptions, SwapModifiers, SwapStyle } from "./swap-types.ts";
import type { PartialReply, RequestLike, StreamItem } from "./types.ts";

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

/** Where else the reader goes. `always`: the reply has no content of its own. */
interface Next {
  readonly url: string;
  readonly always: boolean;
}

class Builder extends PartList implements PartialReply {
  readonly #request: RequestLike;
  readonly #dialect: Dialect | undefined;
  readonly #isPartial: boolean;
  readonly #main: Html[] = [];
  readonly #control = new ControlHeaders();
  #status = 200;
  #etag: string | undefined;
  #page: Html | (() => Html) | undefined;
  #next: Next | undefined;
  #items: AsyncIterable<StreamItem> | undefined;

  constructor(request: RequestLike) {
    const dialect = dialectOf(request);
    const wantsParts = isPartial(request);
    super(wantsParts ? dialect : undefined);
    this.#request = request;
    this.#dialect = dialect;
    this.#isPartial = wantsParts;
  }

  get status(): number {
    if (this.#redirectsNatively()) return 303;
    return this.#tag !== undefined && isKnown(this.#request, this.#tag) ? 304 : this.#status;
  }

  get headers(): [string, string][] {
    const { status } = this;
    const tag = this.#tag;
    const headers: [string, string][] = [["vary", VARY]];
    if (tag !== undefined) headers.push(["cache-control", "private, no-cache"], ["etag", tag]);
    else if (this.#isPartial) headers.push(["cache-control", "no-store"]);
    if (this.#redirectsNatively()) return [...headers, ["location", this.#next?.url ?? ""]];
    if (status === 304) return headers;
    if (status !== 204) headers.push(["content-type", "text/html; charset=utf-8"]);
    return this.#dialect === undefined ? headers : [...headers, ...this.#controlHeaders(this.#dialect)];
  }

  get body(): Html | AsyncIterable<Html> {
    const { status } = this;
    if (this.#next?.always || status === 303 || status === 204 || status === 304) return html``;
    if (!this.#isPartial && this.#page !== undefined) {
      if (!isHtml(this.#page)) this.#page = this.#page(); // made once, however often it is asked for
      return this.#page;
    }
    const content = html`${this.#main}${this.parts}`;
    const dialect = this.#isPartial ? this.#dialect : undefined;
    return this.#items === undefined ? content : streamOf(content, this.#items, dialect);
  }

  /** The entity tag, where one counts: of what was read and is there. */
  get #tag(): string | undefined {
    const counts = this.#status === 200 && !this.#next?.always && isRead(this.#request);
    return counts ? this.#etag : undefined;
  }

  /** A redirect the browser follows by itself; the script follows it too, where it asked for a page of this origin. */
  #redirectsNatively(): boolean {
    if (this.#next === undefined || this.#isPartial) return false;
    const { url, always } = this.#next;
    // What was not accepted has to be shown, and what was asked for with GET is not a form that was sent.
    if (!always && (this.#status !== 200 || isRead(this.#request))) return false;
    return this.#dialect === undefined || (!isAbsolute(url) && !this.#control.has("location"));
  }

  #controlHeaders(dialect: Dialect): [string, string][] {
    const prefix = dialect === "bus" ? "bus-" : "hx-";
    const headers = Array.from(this.#control.values, ([name, value]): [string, string] => [prefix + name, value]);
    const { events } = this.#control;
    if (events !== undefined) headers.push([prefix + this.#triggerName(dialect), events]);
    // htmx 2 would empty the target of a reply that has something for other places only.
    const isForOthers = this.#main.length === 0 && this.parts.length > 0 && this.#items === undefined;
    if (dialect === "hx2" && isForOthers && !this.#control.has("reswap")) headers.push(["hx-reswap", "none"]);
    return headers;
  }

  /** htmx 2 has one header for events before the swap and one for those behind it, which is heard only if there is a swap. */
  #triggerName(dialect: Dialect): string {
    const hasSwap = !this.#next?.always && this.#status < 300 && this.#status !== 204;
    return dialect === "hx2" && hasSwap ? "trigger-after-swap" : "trigger";
  }

  main(...given: Given): this {
    this.#main.push(contentOf(given));
    return this;
  }

  trigger(name: string, detail?: unknown): this {
    this.#control.fire(name, detail);
    return this;
  }

  pushUrl(url: string | false): this {
    return this.#set("push-url", historyValue(url));
  }

  replaceUrl(url: string | false): this {
    return this.#set("replace-url", historyValue(url));
  }

  retarget(target: Place | string): this {
    return this.#set("retarget", targetValue(target));
  }

  reswap(style: SwapStyle, modifiers: SwapModifiers = {}): this {
    return this.#set("reswap", swapValue(style, modifiers, this.#dialect ?? "bus"));
  }

  reselect(selector: string): this {
    return this.#set("reselect", selectorValue(selector));
  }

  refresh(): this {
    return this.#set("refresh", "true");
  }

  location(url: string, options: LocationOptions = {}): this {
    const { target, swap, select, push } = options;
    const [style, modifiers = {}] = typeof swap === "string" ? [swap] : (swap ?? []);
    const value = {
      path: urlValue(url, false),
      target: target === undefined ? undefined : targetValue(target),
      swap: style === undefined ? undefined : swapValue(style, modifiers, this.#dialect ?? "bus"),
      select: select === undefined ? undefined : selectorValue(select),
      push: push === undefined ? undefined : historyValue(push),
    };
    return this.#goTo({ url: value.path, always: true }, "location", jsonValue(value));
  }

  page(content: Html | (() => Html)): this {
    this.#page = content;
    return this;
  }

  etag(version: string | number): this {
    this.#etag = etagFor(version, this.#isPartial ? this.#dialect : undefined);
    return this;
  }

  seeOther(url: string): this {
    return this.#goTo({ url: urlValue(url, true), always: false });
  }

  redirect(url: string): this {
    const value = urlValue(url, true);
    return this.#goTo({ url: value, always: true }, "redirect", value);
  }

  none(): this {
    this.#status = 204;
    return this;
  }

  invalid(status = 422): this {
    this.#status = status;
    return this;
  }

  stream(items: AsyncIterable<StreamItem>): this {
    this.#items = items;
    return this;
  }

  /** The last one said counts. */
  #goTo(next: Next, name?: string, value?: string): this {
    for (const other of ["redirect", "location"]) this.#control.delete(other);
    this.#next = next;
    return name === undefined || value === undefined ? this : this.#set(name, value);
  }

  #set(name: string, value: string): this {
    this.#control.set(name, value);
    return this;
  }
}
