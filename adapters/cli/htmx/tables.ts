import type { Remark, Verdict } from "./types.ts";

/** Makes a remark. */
export function say(verdict: Verdict, rule: string, why: string, instead?: string): Remark {
  return instead === undefined ? { verdict, rule, why } : { verdict, rule, why, instead };
}

type Row = readonly [why: string, instead: string];

/** Attributes of either version that have no counterpart. */
export const GONE: ReadonlyMap<string, Row> = new Map<string, Row>([
  [
    "hx-prompt",
    ["nobody is asked for a text", "a field in the form, or an extension of your own whose request hook asks"],
  ],
  [
    "hx-params",
    [
      "all values of the form and of hx-include are sent",
      "leave out or disable the fields, or list others in hx-include",
    ],
  ],
  ["hx-vars", ["no code is run from attributes", "hx-vals with JSON"]],
  [
    "hx-request",
    ["requests have no settings of their own", "hx-timeout of busbar-plus, and a listener of htmx:config for headers"],
  ],
  [
    "hx-config",
    ["requests have no settings of their own", "hx-timeout of busbar-plus, and a listener of htmx:config for headers"],
  ],
  ["hx-history", ["no page is ever stored", "remove it"]],
  ["hx-morph-skip", ["morphing leaves alone what has hx-preserve", "hx-preserve, with an id"]],
  [
    "hx-morph-skip-children",
    ["morphing leaves alone what has hx-preserve", "hx-preserve, with an id, on the children"],
  ],
  [
    "hx-history-elt",
    [
      "back and forward ask for the page and swap its body",
      "remove it, and answer HX-History-Restore-Request with the whole page",
    ],
  ],
  [
    "hx-disinherit",
    [
      "what is passed on is said where it is written",
      "busbarConfig.inherit = false, and :inherited on those attributes that shall count inside",
    ],
  ],
  [
    "hx-inherit",
    [
      "what is passed on is said where it is written",
      "busbarConfig.inherit = false, and :inherited on those attributes that shall count inside",
    ],
  ],
  ["hx-disabled-elt", ["the name of htmx 2", "hx-disable"]],
  [
    "hx-action",
    ["the address stands in the attribute of its method", "hx-get, hx-post, hx-put, hx-patch or hx-delete"],
  ],
  ["hx-method", ["the method is the name of the attribute", "hx-get, hx-post, hx-put, hx-patch or hx-delete"]],
  ["hx-query", ["there is no QUERY method", "hx-get, or hx-post for long queries"]],
  [
    "hx-sse",
    ["events from the server belong to live views", "a view of busbar/live, or a listener of your own EventSource"],
  ],
  ["hx-ws", ["WebSockets belong to live views", "a view of busbar/live"]],
  ["hx-live", ["no code is run from attributes", "a view of busbar/live, or a script of your own"]],
  ["hx-targets", ["a reply has one main target", "an <hx-partial> for each place, in the reply"]],
  ["hx-ptag", ["there are no tags of polls", "an ETag, which the browser sends back, and status 204 for nothing new"]],
  ["hx-pending", ["another name", "hx-optimistic with the id of a template, and busbar-plus"]],
  ["hx-nonce", ["nothing in attributes is ever run, so nothing needs a nonce", "remove it"]],
  ["hx-browser-indicator", ["there is no such indicator", "hx-indicator, or aria-busy, which is set on the target"]],
  [
    "hx-multipart",
    [
      "replies in parts have no counterpart",
      "several <hx-partial> in one reply: busbar-plus puts each in its place as it arrives",
    ],
  ],
  ["hx-download", ["downloads are the browser's", "an ordinary link with download"]],
  [
    "hx-upsert",
    [
      "there is no such swap style",
      "an <hx-partial> for each row: outerMorph on the row's id, or beforeend on the list",
    ],
  ],
  ["hx-disable-element", ["an extension's attribute", "hx-disable"]],
]);

/** Attributes of extensions that have no prefix. */
export const UNPREFIXED: ReadonlyMap<string, Row> = new Map<string, Row>([
  ...["sse-connect", "sse-swap", "sse-close"].map((name): [string, Row] => [
    name,
    ["events from the server belong to live views", "a view of busbar/live, or a listener of your own EventSource"],
  ]),
  ...["ws-connect", "ws-send"].map((name): [string, Row] => [
    name,
    ["WebSockets belong to live views", "a view of busbar/live"],
  ]),
  ["remove-me", ["an extension's attribute", "a timer in a script of your own, or a CSS animation that ends hidden"]],
  [
    "preload-images",
    ["an extension's attribute", "hx-preload of busbar-plus for pages, <link rel=preload> for images"],
  ],
]);

/** What stands in for each extension, by the name in hx-ext or of its file. */
export const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ...["morph", "idiomorph", "alpine-morph", "morphdom-swap", "morphdom", "idiomorph-ext"].map(
    (name) => [name, "busbar-morph, and hx-swap=innerMorph or outerMorph"] as const,
  ),
  ...["sse", "ws", "hx-sse", "hx-ws"].map((name) => [name, "a view of busbar/live"] as const),
  ...["preload", "hx-preload"].map((name) => [name, "hx-preload of busbar-plus"] as const),
  ...["head-support", "hx-head"].map((name) => [name, "busbar-plus, which merges heads"] as const),
  ["response-targets", "hx-status:404, hx-status:5xx of busbar-plus"],
  ["loading-states", "hx-indicator, hx-disable, and CSS under .htmx-request or [aria-busy=true]"],
  [
    "json-enc",
    "a form body, which every server reads; where it has to be JSON, an extension whose request hook fetches and sets ctx.response",
  ],
  ["client-side-templates", "HTML from the server"],
  ["class-tools", "a CSS animation, or a script of your own"],
  ["remove-me", "a timer in a script of your own, or a CSS animation that ends hidden"],
  ["multi-swap", "several <hx-partial> or hx-swap-oob elements in one reply"],
  ["path-deps", 'HX-Trigger in the reply, and hx-trigger="name from:body"'],
  ["path-params", "the address, put together by the server"],
  ["event-header", "hx-vals, or a listener of htmx:config"],
  ["include-vals", "hx-vals"],
  ["method-override", "the method itself, or a listener of htmx:config that sets ctx.headers"],
  ["ajax-header", "the header HX-Request, which is always sent"],
  ["rails-method", "hx-delete, hx-put or hx-patch"],
  ["disable-element", "hx-disable"],
  ["restored", "the event pageshow"],
  ["debug", "busbar-dev.js, which warns and shows a timeline"],
  ["htmx-1-compat", "what this list says"],
  ["htmx-2-compat", "what this list says"],
  ["compat", "what this list says"],
  ["hx-alpine-compat", "nothing: Alpine starts on what is inserted by itself"],
  ["hx-csp", "nothing: no string is evaluated, and the policy of Trusted Types is called busbar"],
  ["hx-live", "a view of busbar/live, or a script of your own"],
  ["hx-pending", "hx-optimistic of busbar-plus"],
  ["hx-prompt", "a field in the form, or an extension of your own whose request hook asks"],
  ["hx-ptag", "ETag, and status 204 for nothing new"],
  ["hx-targets", "an <hx-partial> for each place, in the reply"],
  ["hx-upsert", "an <hx-partial> for each row"],
  ["hx-download", "an ordinary link with download"],
  ["hx-multipart", "several <hx-partial> in one reply, and busbar-plus"],
  ["hx-history-cache", "nothing: back and forward ask for the page again"],
  ["hx-browser-indicator", "hx-indicator"],
]);
