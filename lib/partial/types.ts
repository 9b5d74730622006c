import type { Html } from "../html/index.ts";
import type { Place } from "./place.ts";
import type { LocationOptions, Swap, SwapModifiers, SwapStyle } from "./swap-types.ts";

/**
 * The headers of a request: a record with lower-case names, as node and its frameworks have it, or an object with `get`, as fetch has it.
 * @public
 */
export type RequestHeaders =
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | { get(name: string): string | null };

/**
 * What of a request is read. The requests of node, Express, Fastify, Koa, fetch and busbar/app all fit.
 * @public
 */
export interface RequestLike {
  /** `GET`, `POST`, ... */
  readonly method?: string | undefined;
  /** Its headers. */
  readonly headers: RequestHeaders;
}

/**
 * What can be rendered from props, and knows the id of the element it renders.
 * @public
 */
export interface Renders<Props> {
  /** Renders it, for a page as well as for an update. */
  render(...props: PropsOf<Props>): Html;
  /** The id of the element that `render` gives for these props. */
  idOf(...props: PropsOf<Props>): string;
}

/**
 * A fragment that is on the page once. Its element's id is its name.
 * @public
 */
export interface Fragment<Props> extends Renders<Props>, Place {}

/**
 * A fragment that is on the page once per key. The ids are the name, a dash and the key.
 * @public
 */
export interface KeyedFragment<Props, Key extends string | number> extends Renders<Props> {
  /** The one with this key. */
  at(key: Key): Place;
}

/**
 * A view and its key, as `keyed` returns it and `fragments` takes it.
 * @public
 */
export interface Keyed<Props, Key extends string | number> {
  /** The key of one. */
  readonly keyOf: (props: Props) => Key;
  /** Renders one; its element must carry the id. */
  readonly view: (props: Props, id: string) => Html;
}

/**
 * The arguments a view takes: none when it has no props.
 * @public
 */
export type PropsOf<Props> = unknown extends Props ? [] : [props: Props];

/**
 * What `fragments` takes: by name a view, or a keyed one.
 * @public
 */
export type FragmentViews = Readonly<
  // never: a view may ask for any props
  Record<string, ((props: never, id: string) => Html) | Keyed<never, string | number>>
>;

/**
 * What `fragments` returns: the same names, with the types of their props.
 * @public
 */
export type Fragments<Views> = {
  readonly [Name in keyof Views]: Views[Name] extends Keyed<infer Props, infer Key>
    ? KeyedFragment<Props, Key>
    : Views[Name] extends (props: infer Props, id: string) => Html
      ? Fragment<Props>
      : never;
};

/**
 * The events that replies fire on the page, by name, with their details. It is empty: declare yours, and names and details are checked
 * everywhere. While it is empty every name compiles.
 * @example
 * ```ts
 * declare module "busbar/partial" {
 *   interface Events { saved: { id: string }; "list:changed": undefined }
 * }
 * ```
 * @public
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be added to
export interface Events {}

/**
 * A name that `trigger` takes.
 * @public
 */
export type EventName = keyof Events extends never ? string : keyof Events & string;

/**
 * The detail that goes with it, left out when it may be undefined.
 * @public
 */
export type EventDetail<Name> = Name extends keyof Events
  ? undefined extends Events[Name]
    ? [detail?: Events[Name]]
    : [detail: Events[Name]]
  : [detail?: unknown];

/**
 * The verbs that send something to a place of its own, whatever the request's target. A browser without the script does not get these.
 * @public
 */
export interface Parts {
  /** Replaces a fragment wherever it is on the page. */
  oob<Props>(fragment: Renders<Props>, ...props: PropsOf<NoInfer<Props>>): this;
  /** Adds at the end of a place. */
  append(place: Place, content: Html): this;
  append<Props>(place: Place, fragment: Renders<Props>, ...props: PropsOf<NoInfer<Props>>): this;
  /** Adds at the start of a place. */
  prepend(place: Place, content: Html): this;
  prepend<Props>(place: Place, fragment: Renders<Props>, ...props: PropsOf<NoInfer<Props>>): this;
  /** Adds in front of a place. */
  before(place: Place, content: Html): this;
  before<Props>(place: Place, fragment: Renders<Props>, ...props: PropsOf<NoInfer<Props>>): this;
  /** Adds behind a place. */
  after(place: Place, content: Html): this;
  after<Props>(place: Place, fragment: Renders<Props>, ...props: PropsOf<NoInfer<Props>>): this;
  /** Replaces what is in a place. */
  inner(place: Place, content: Html): this;
  inner<Props>(place: Place, fragment: Renders<Props>, ...props: PropsOf<NoInfer<Props>>): this;
  /** In any other way, or with modifiers: `swap(ui.log, ["beforeend", { scroll: "bottom" }], ui.line, line)`. */
  swap(place: Place, how: Swap, content: Html): this;
  swap<Props>(place: Place, how: Swap, fragment: Renders<Props>, ...props: PropsOf<NoInfer<Props>>): this;
  /** Takes a fragment off the page. */
  remove(place: Place): this;
  remove<Key extends string | number>(fragment: { at(key: Key): Place }, key: Key): this;
}

/**
 * One piece of a stream: content, or a function that says which parts it is made of.
 * @public
 */
export type StreamItem = Html | ((parts: Parts) => unknown);

/**
 * A reply under construction, and at each moment a finished one: `status`, `headers` and `body` are what has been said so far. busbar/app
 * takes it as it is, and each adapter's `send` writes it. Every verb returns the reply itself.
 * @throws CodedError `PARTIAL_BAD_URL` from verbs that take an address, `PARTIAL_HEADERS_TOO_LARGE` from those that become headers when these
 * have more than 8,192 bytes together.
 * @public
 */
export interface PartialReply extends Parts {
  /** 200 unless a verb says otherwise. */
  readonly status: number;
  /** Content type, `Vary`, `Cache-Control: no-store` for fragments, and what the verbs have added. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** What to render. */
  readonly body: Html | AsyncIterable<Html>;

  /** Goes where the element that asked wants it (`bus-target`). Called again, it is added behind. */
  main(content: Html): this;
  main<Props>(fragment: Renders<Props>, ...props: PropsOf<NoInfer<Props>>): this;

  /** Fires an event on the page, after the swap. The last detail of a name counts, as it is now. */
  trigger<Name extends EventName>(name: Name, ...detail: EventDetail<Name>): this;
  /** Adds an address of this origin to the history; `false` keeps the element from adding one. */
  pushUrl(url: string | false): this;
  /** Replaces the address in the history; `false` keeps the element from doing so. */
  replaceUrl(url: string | false): this;
  /** Sends main elsewhere: to a place, or to what a selector finds. */
  retarget(target: Place | string): this;
  /** Puts main in another way. */
  reswap(style: SwapStyle, modifiers?: SwapModifiers): this;
  /** Only this part of main is used. */
  reselect(selector: string): this;

  /** The whole page, for a request that is not partial: a browser without the script, a reload, Back. */
  page(content: Html | (() => Html)): this;
  /**
   * Names the state that the reply shows, so that the browser may keep it and ask whether it still holds: 304 without content if so. It counts for
   * GET and HEAD, and for all of the reply: what differs by user, or in its headers, has to differ in the version. From then on `status` tells.
   * @defaultValue none: fragments are not kept at all (`no-store`)
   */
  etag(version: string | number): this;
  /** Where a form goes on that was sent without the script: 303. With it, the fragments are the answer. */
  seeOther(url: string): this;
  /** Sends everyone to another page: 303, and for the script a header. */
  redirect(url: string): this;
  /** The script gets another page of this origin and puts it into the present one (it needs the bundle `busbar-plus`); 303 without it. */
  location(url: string, options?: LocationOptions): this;
  /** Makes the script load the page again. */
  refresh(): this;
  /** 204: the page stays as it is. */
  none(): this;
  /** The form was not accepted: its main is swapped all the same. @defaultValue 422 */
  invalid(status?: number): this;
  /** Sends more behind all else as it comes: content, or parts. */
  stream(items: AsyncIterable<StreamItem>): this;
}
