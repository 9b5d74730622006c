/**
 * The format of the client's behaviour cases. A case is a plain value: it knows no test runner and no environment, so that the same
 * list runs in jsdom and in a browser, against the source and against each bundle. Cases are written with the prefix `bus-`; for
 * the build with another prefix all their texts are translated (see translate.ts).
 */
import type { ClientConfig, Extension } from "../../../client/core/index.ts";
import type { PageUnderTest } from "./page.ts";

/** One request as the server sees it. */
export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly body: string;
  /** How many requests came before it. */
  readonly index: number;
  header(name: string): string | null;
}

export interface Reply {
  /** @defaultValue 200 */
  readonly status?: number;
  /** `content-type` is `text/html` unless it is given; an empty one means none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** @defaultValue "" */
  readonly body?: string;
  /** Pieces that arrive one by one; a `hold` waits for the step that releases it. Instead of `body`. */
  readonly stream?: readonly (string | { readonly hold: string })[];
  /** Where redirects have led. */
  readonly url?: string;
  /** The reply arrives when the step `{ release: name }` says so. */
  readonly hold?: string;
  /** No reply comes: the connection breaks. */
  readonly broken?: true;
}

export type Answer = string | Reply;

/** What is answered: always the same, one after the other (the last one stays), or a pure function of the request. */
export type Route = Answer | readonly Answer[] | ((asked: Asked) => Answer);

/** After each step everything that can happen without further ado has happened: replies are there unless they are held. */
export type Step =
  | { readonly click: string; readonly init?: MouseEventInit }
  /** Fires an event at an element, `document` or `window`. */
  | { readonly fire: string; readonly at: string; readonly init?: KeyboardEventInit & CustomEventInit }
  /** Sets a control's value and fires `input`. */
  | { readonly type: string; readonly value: string }
  /** Sets a control's value (or `checked`) and fires `input` and `change`. */
  | { readonly choose: string; readonly value: string | boolean }
  /** Submits a form as the browser would, by its button when one is named. */
  | { readonly submit: string; readonly by?: string }
  | { readonly focus: string; readonly caret?: readonly [start: number, end: number] }
  /** Lets a held reply arrive. */
  | { readonly release: string }
  /** Lets so many milliseconds pass. The clock of the page stands still otherwise. */
  | { readonly pass: number }
  | { readonly remove: string }
  | { readonly append: string; readonly to: string }
  | { readonly attribute: string; readonly of: string; readonly value: string | null }
  | { readonly go: -1 | 1 }
  /** Compares in between. */
  | { readonly expect: Expected }
  /** Waits until it holds: for what takes time outside of the page's own doing (files, transitions). */
  | { readonly until: (page: PageUnderTest) => boolean }
  | { readonly act: (page: PageUnderTest) => unknown };

export interface Expected {
  /** The body's inner HTML; empty class attributes do not count. */
  readonly body?: string;
  /** Inner HTML by selector. */
  readonly html?: Readonly<Record<string, string>>;
  /** Text by selector. */
  readonly text?: Readonly<Record<string, string>>;
  /** The ids of the elements that match, in document order. */
  readonly ids?: Readonly<Record<string, readonly string[]>>;
  /** How many elements match. */
  readonly count?: Readonly<Record<string, number>>;
  /** The value of a control by selector. */
  readonly value?: Readonly<Record<string, string>>;
  /** All requests, in order: `POST /x a=1`. */
  readonly seen?: readonly string[];
  /** Headers of the last request; null: not sent. */
  readonly sent?: Readonly<Record<string, string | null>>;
  /** Indexes of requests that were ended before their reply was used. */
  readonly aborted?: readonly number[];
  /** Reasons of `bus:error`, statuses of `bus:response:error`, and what was thrown and not caught. @defaultValue none */
  readonly errors?: readonly string[];
  /** What was heard at the document of what the case listens to: names, with details (but the request) as JSON. */
  readonly heard?: readonly string[];
  /** Where `navigate` went, and `reload`. @defaultValue nowhere */
  readonly went?: readonly string[];
  /** `click` and `submit` of what was left to the browser. @defaultValue none */
  readonly native?: readonly string[];
  /** Path, query and fragment of the page's address. @defaultValue "/start" unless a step could have changed it */
  readonly address?: string;
  /** Changes of the address in order: `push /x`, `replace /y`. */
  readonly history?: readonly string[];
  readonly title?: string;
  /** Questions that were asked. */
  readonly asked?: readonly string[];
  /** The id of the element that has the focus, or the name of `body`. */
  readonly focus?: string;
  readonly caret?: readonly [start: number, end: number];
}

export interface Case {
  /** A sentence. */
  readonly name: string;
  readonly body: string;
  /** `GET /x`, or `*` for all others. @defaultValue every request is a 404 */
  readonly routes?: Readonly<Record<string, Route>>;
  /** @defaultValue a click on `#go` */
  readonly steps?: readonly Step[];
  readonly expect: Expected;
  /** Events to listen to at the document. */
  readonly listen?: readonly string[];
  /** Events to cancel there. */
  readonly cancel?: readonly string[];
  readonly config?: ClientConfig;
  /** Extensions for this case only. */
  readonly extensions?: readonly Extension[];
  /** Answers to `confirm`. */
  readonly confirm?: readonly boolean[];
  /** The case is about these bundles, too. */
  readonly needs?: readonly ("plus" | "page" | "morph")[];
  /** Why it runs in a browser only. */
  readonly browserOnly?: string;
  /** Why it does not run against the build for pages that come from htmx. */
  readonly notForHx?: string;
}
