import type { Json } from "../types.ts";
import type { Attribute, NumberAttribute, TextAttribute, UrlAttribute } from "./values.ts";

/**
 * An attribute that is true or false in words.
 * @public
 */
export type WordedAttribute = Attribute<boolean | "true" | "false">;

/**
 * The attributes of `busbar/client` that also count for everything inside when `:inherited` is added to their names.
 * @public
 */
export interface BusSharedAttributes {
  /** What is read out once the reply is in the page. */
  readonly "bus-announce"?: TextAttribute;
  /** What is read out, at once, when the request fails. */
  readonly "bus-announce-error"?: TextAttribute;
  /** A question to ask first. */
  readonly "bus-confirm"?: TextAttribute;
  /** Elements that are disabled meanwhile. */
  readonly "bus-disable"?: TextAttribute;
  /** How a body is encoded. */
  readonly "bus-encoding"?: Attribute<"multipart/form-data" | "application/x-www-form-urlencoded">;
  /** What gets the focus once the reply is in the page: a selector. */
  readonly "bus-focus"?: TextAttribute;
  /** More headers, as JSON: `json({ ... })`. */
  readonly "bus-headers"?: Attribute<Json>;
  /** More elements whose values are sent. */
  readonly "bus-include"?: TextAttribute;
  /** Elements that get the class `bus-request` meanwhile. */
  readonly "bus-indicator"?: TextAttribute;
  /** The id of the template that is shown until the reply is there. */
  readonly "bus-optimistic"?: TextAttribute;
  /** When the reply is fetched ahead: an event, or nothing for the usual one. */
  readonly "bus-preload"?: Attribute<string | boolean>;
  /** An address for the history, or whether the one that was asked goes there. */
  readonly "bus-push-url"?: Attribute<string | boolean>;
  /** The same, in the place of the present one. */
  readonly "bus-replace-url"?: Attribute<string | boolean>;
  /** Only this part of the reply is used: a selector. */
  readonly "bus-select"?: TextAttribute;
  /** Parts of the reply that go to places of their own: selectors, each with a style behind a colon if need be. */
  readonly "bus-select-oob"?: TextAttribute;
  /** How the reply goes into the page: a style, then modifiers. */
  readonly "bus-swap"?: TextAttribute;
  /** How requests that overlap get along. */
  readonly "bus-sync"?: TextAttribute;
  /** Where the reply goes: a selector. */
  readonly "bus-target"?: TextAttribute;
  /** How long to wait for the reply: `5s`. */
  readonly "bus-timeout"?: TextAttribute;
  /** When to ask: events with modifiers. */
  readonly "bus-trigger"?: TextAttribute;
  /** Whether the form is checked first. */
  readonly "bus-validate"?: WordedAttribute;
  /** More values, as JSON: `json({ ... })`. */
  readonly "bus-vals"?: Attribute<Json>;
}

/**
 * The same attributes with `:inherited`, which also count for everything inside.
 * @public
 */
export type BusInheritedAttributes = {
  readonly [Name in keyof BusSharedAttributes as `${Name}:inherited`]?: BusSharedAttributes[Name];
};

/**
 * The attributes of `busbar/client/live`.
 * @public
 */
export interface BusLiveAttributes {
  /** Which keys are heard: `Enter Escape`. */
  readonly "bus-key"?: TextAttribute;
  /** An event is sent once nothing has come for so many milliseconds; with `blur`, when it is left. */
  readonly "bus-debounce"?: NumberAttribute;
  /** An event is sent at most once in so many milliseconds. */
  readonly "bus-throttle"?: NumberAttribute;
  /** The link shows that page by the view's `navigate`; with `replace`, in the place of this one. */
  readonly "bus-nav"?: Attribute<boolean | "replace">;
  /** The name of a hook. */
  readonly "bus-hook"?: TextAttribute;
  /** The field of the view that takes the files. */
  readonly "bus-upload"?: TextAttribute;
  /** `off`: what is typed inside is not told to a new session. */
  readonly "bus-recover"?: Attribute<"off">;
  /** Patches are shown as view transitions. */
  readonly "bus-transition"?: Attribute<boolean>;
  /** For development: milliseconds that each message takes. */
  readonly "bus-latency"?: NumberAttribute;
}

/**
 * The attributes of `busbar/client`, and those of live views.
 * @public
 */
export interface BusAttributes extends BusSharedAttributes, BusInheritedAttributes, BusLiveAttributes {
  /** The address to ask with GET. */
  readonly "bus-get"?: UrlAttribute;
  /** The address to ask with POST. */
  readonly "bus-post"?: UrlAttribute;
  /** The address to ask with PUT. */
  readonly "bus-put"?: UrlAttribute;
  /** The address to ask with PATCH. */
  readonly "bus-patch"?: UrlAttribute;
  /** The address to ask with DELETE. */
  readonly "bus-delete"?: UrlAttribute;
  /** Whether ordinary links and forms inside are answered in place. */
  readonly "bus-boost"?: WordedAttribute;
  /** Nothing inside is active. */
  readonly "bus-ignore"?: Attribute<boolean>;
  /** The element stays the same one through swaps; it needs an id. */
  readonly "bus-preserve"?: Attribute<boolean>;
  /** In a reply: the element goes to its own place; `true`, a style, or `style:selector`. */
  readonly "bus-swap-oob"?: TextAttribute;
  /** What is done with replies of a status: `bus-status:404`, `bus-status:5xx`, the same with `:inherited`. */
  readonly [status: `bus-status:${string}`]: TextAttribute;
}
