import { say } from "./tables.ts";
import type { Remark, Version } from "./types.ts";

/** By the name of htmx 4, and of htmx 2 in small letters with hyphens: ours, or what to do. */
const TABLE: readonly (readonly [names: string, ours: string])[] = [
  ["config:request config-request", "htmx:config"],
  ["before-request before-send", "htmx:before:request"],
  ["before-swap", "htmx:before:swap"],
  ["after-swap after-settle after-on-load after:settle finally:swap load", "htmx:after:swap"],
  ["response-error", "htmx:response:error"],
  ["send-error send-abort on-load-error", 'htmx:error, with detail.reason "network"'],
  ["timeout", 'htmx:error, with detail.reason "timeout", and busbar-plus'],
  ["target-error oob-error-no-target partial-error-no-target", 'htmx:error, with detail.reason "target"'],
  ["swap-error", 'htmx:error, with detail.reason "swap"'],
  ["invalid-path validate-url bad-response-url", 'htmx:error, with detail.reason "origin"'],
  ["syntax:error event-filter:error eval-disallowed-error", 'htmx:error, with detail.reason "attribute"'],
  ["confirm prompt", "hx-confirm, or an extension of your own whose request hook asks"],
  [
    "after-request after:request finally:request",
    "htmx:after:swap, htmx:response:error and htmx:error, or ctx.ends in a listener of htmx:before:request",
  ],
  ["before-on-load before:response", "an extension of your own whose response hook looks at ctx.response"],
  [
    "oob-before-swap oob-after-swap partial-before-swap partial-after-swap",
    "an extension of your own whose swap hook looks at plan.parts",
  ],
  [
    "before:init after:init before:process after:process before:on:init before-process-node after-process-node before:cleanup after:cleanup before-cleanup-element",
    "custom elements, which know when they enter and leave the page, or htmx:after:swap",
  ],
  ["before:settle", "htmx:before:swap"],
  [
    "before-transition before:view-transition after:view-transition before:viewtransition after:viewtransition",
    "transition:true in hx-swap, busbar-plus, and CSS",
  ],
  ["validation:validate validation:failed validation:halted", "the browser's own event invalid"],
  ["xhr:loadstart xhr:loadend xhr:progress xhr:abort", "progress of uploads belongs to the live bundle"],
  [
    "before:history:update after:history:update after:history:push after:history:replace before:history:restore before-history-update before-history-save " +
      "pushed-into-history replaced-in-history history-restore history-item-created history-cache-hit history-cache-miss history-cache-miss-load " +
      "history-cache-miss-load-error history-cache-error restored",
    "popstate and pageshow, or htmx:after:swap and ctx.restored: no page is stored",
  ],
  ["before:morph:node before:morph:attr", "hx-preserve, or the swap hook of an extension of your own"],
  ["process-template trigger scope after:implicitinheritance", "nothing"],
];

const OURS: ReadonlyMap<string, string> = new Map(
  TABLE.flatMap(([names, ours]) => names.split(" ").map((name) => [name, ours] as const)),
);

/** Events that are fired here under the name they have in htmx 4. */
const SAME = new Set(["before:request", "before:swap", "after:swap", "response:error", "error", "config"]);

/** What becomes of `htmx:...` in a script. Extensions of htmx 2 fire names such as `htmx:wsOpen` too. */
export function judgeEvent(name: string, from: Version): Remark[] {
  const own = name.slice(5).replace(/^on:/, "");
  if (SAME.has(own)) return [say("differs", "event", `${name}: detail.ctx has other fields`, fields(own))];
  if (own === "abort")
    return [
      say(
        "change",
        "event",
        `${name} is not listened to`,
        "ctx.controller.abort(), with the ctx of an event of the request",
      ),
    ];
  const key = own.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const ours = OURS.get(own) ?? OURS.get(key) ?? OURS.get(own.toLowerCase());
  const isLive = /^(?:sse|ws|no-?sse)/i.test(own);
  const why =
    ours === undefined && !isLive ? `${name} is not fired` : `${name}, of htmx ${isNew(own) ? 4 : from}, is not fired`;
  return [
    say(
      "change",
      "event",
      why,
      ours ?? (isLive ? "a view of busbar/live" : "an event of your own, under a name of your own"),
    ),
  ];
}

function isNew(own: string): boolean {
  return own.includes(":");
}

function fields(own: string): string {
  if (own === "error") return "detail.reason says why; ctx.source, ctx.url, ctx.headers, ctx.data";
  return "ctx.source, ctx.url, ctx.headers, ctx.data, ctx.target, ctx.swap, ctx.response; preventDefault() to stop";
}

/** The event to listen to for one of htmx, or what to do where there is none. */
export function eventFor(name: string): string | undefined {
  const own = name.replace(/^htmx:/, "");
  return SAME.has(own)
    ? name
    : (OURS.get(own) ?? OURS.get(own.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)));
}
