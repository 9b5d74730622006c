import type { Extension, Kit, RequestContext } from "../core/index.ts";
import { checkPlan } from "./checks/parts.ts";
import { checkHeaders, checkUnshown, checkVary, isWholePage, type Kinds, withoutPlace } from "./checks/replies.ts";
import { coordinationOf } from "./coordination.ts";
import { usualTrigger, wishOf } from "./elements.ts";
import { afterwards } from "./later.ts";
import type { Timeline } from "./timeline.ts";
import type { Scene } from "./types.ts";

/** What a request has gone through, for what can be told only at its end. */
interface Progress {
  isShown: boolean;
  isHandled: boolean;
}

/**
 * Follows requests by the client's events and hooks, tells the timeline, and checks replies. Nothing it does is waited for or changes
 * anything.
 */
export function watchRequests(
  scene: Scene,
  timeline: Timeline,
  signal: AbortSignal,
): Pick<Extension, "request" | "response" | "swap"> {
  const progress = new WeakMap<RequestContext, Progress>();
  const kinds: Kinds = { full: new Set([withoutPlace(location.href)]), part: new Set() };

  const stateOf = (ctx: RequestContext): Progress => {
    const state = progress.get(ctx) ?? { isShown: false, isHandled: false };
    progress.set(ctx, state);
    return state;
  };
  const hear = <Name extends keyof WindowEvents>(name: Name, f: (event: WindowEvents[Name]) => void): void => {
    // The window hears last, when other listeners have had their say. cast: these events are the client's own
    window.addEventListener(name, (event) => quietly(() => f(event as WindowEvents[Name])), { signal });
  };

  hear("bus:config", (event) => timeline.collected(event.detail.ctx, event.defaultPrevented));
  hear("bus:before:request", (event) => timeline.leaving(event.detail.ctx, event.defaultPrevented));
  hear("bus:before:swap", (event) => {
    const { ctx } = event.detail;
    stateOf(ctx).isShown = true;
    if (ctx.response) checkVary(ctx, ctx.response, isWholePage(ctx.text ?? ""), kinds, scene);
    timeline.swapping(ctx, event.defaultPrevented);
  });
  hear("bus:after:swap", (event) => timeline.swapped(event.detail.ctx));
  hear("bus:response:error", (event) => {
    stateOf(event.detail.ctx).isHandled = event.defaultPrevented;
  });
  hear("bus:error", (event) => {
    const { ctx, reason, error } = event.detail;
    timeline.failed(ctx, error instanceof Error ? `${reason}: ${error.message}` : reason);
    explain(event.detail, scene);
  });
  watchHeldBack(scene, timeline, signal);

  return {
    request: (ctx) => quietly(() => timeline.sent(ctx)),
    response: (ctx) =>
      quietly(() => {
        const { response } = ctx;
        if (!response) return;
        timeline.answered(ctx, response);
        checkHeaders(ctx, response, scene);
        ctx.ends.push(() => {
          const { isShown, isHandled } = stateOf(ctx);
          if (!isShown && !isHandled && !signal.aborted) checkUnshown(ctx, response, scene);
        });
      }),
    swap: (ctx, plan) =>
      quietly(() => {
        const [main] = plan.parts;
        // What arrives in pieces is told by no event.
        if (!stateOf(ctx).isShown) timeline.swapping(ctx);
        stateOf(ctx).isShown = true;
        timeline.planned(ctx, plan.parts.length - 1, main?.swap ?? "", pauseOf(main?.swap ?? "", scene.kit));
        checkPlan(ctx, plan, scene);
      }),
  };
}

type WindowEvents = {
  [Name in
    | "bus:config"
    | "bus:before:request"
    | "bus:before:swap"
    | "bus:after:swap"
    | "bus:response:error"
    | "bus:error"]: DocumentEventMap[Name];
};

/** A check that fails must not end the request it looks at. Nothing is returned, so nothing is stopped. */
function quietly(f: () => void): undefined {
  try {
    f();
  } catch (error) {
    console.debug("busbar: a check failed", error);
  }
}

/** How long a swap waits because it was told to. Undefined where it cannot be measured, as a transition waits for the screen. */
function pauseOf(style: string, kit: Kit): number | undefined {
  if (style === "") return 0;
  const { delay, swap = delay, transition } = kit.words(style)[1];
  if (transition !== undefined) return undefined;
  return swap ? kit.milliseconds(swap) : 0;
}

/** What `bus:error` says, in a sentence and once. */
function explain({ ctx, reason, error }: DocumentEventMap["bus:error"]["detail"], { kit, report }: Scene): void {
  const { source, response } = ctx;
  const retarget = response?.headers.get("Bus-Retarget");
  if (reason === "target") {
    const text = retarget ?? kit.attribute(source, "target");
    // Parts whose place is missing have been told when the reply was taken apart.
    if (text && !ctx.target)
      report(
        "target-missing",
        source,
        `${retarget ? "Bus-Retarget" : "bus-target"}="${text}" finds nothing in this page`,
        "target",
      );
  } else if (reason === "origin") {
    report(
      "url-refused",
      source,
      `${ctx.url ?? "an address"}, or what the reply names, is of another origin or not http(s)`,
      "origin",
    );
  } else if (reason !== "network") {
    report(
      "client-error",
      source,
      `${reason === "swap" ? "the reply could not be put into the page" : "an attribute cannot be used"}: ${error}`,
      `${reason} ${error}`,
    );
  }
}

/**
 * Notes clicks, submits and changes of which nothing came because a request of the same element runs: the client drops them or lets them
 * wait without an event.
 */
function watchHeldBack({ kit }: Scene, timeline: Timeline, signal: AbortSignal): void {
  const collected = new WeakSet<Event>();
  const note = (event: Event): void => {
    const { event: cause } = (event as WindowEvents["bus:config"]).detail.ctx; // cast: what this event carries
    if (cause) collected.add(cause);
  };
  const look = (event: Event): void => {
    const source = askerOf(event, kit);
    const wish = source && wishOf(source);
    if (!wish || !timeline.isRunning(source)) return;
    const how = coordinationOf(kit.attribute(source, "sync") ?? "", wish.method, event.type);
    const title = `${wish.method} ${wish.url}`;
    afterwards(() => {
      if (how !== "replace" && !collected.has(event)) timeline.heldBack(source, title, event, how === "queue");
    });
  };
  window.addEventListener("bus:config", note, { signal });
  for (const type of ["click", "submit", "change"]) window.addEventListener(type, look, { signal, capture: true });
}

/** The element that a plain click, submit or change makes ask. What has a trigger of its own is not followed. */
function askerOf(event: Event, kit: Kit): Element | undefined {
  const { button, ctrlKey, metaKey, shiftKey, altKey } = event as MouseEvent; // cast: undefined on what is not a click
  if (button || ctrlKey || metaKey || shiftKey || altKey) return undefined;
  for (let el = event.target instanceof Element ? event.target : null; el; el = el.parentElement)
    if (wishOf(el) && usualTrigger(el) === event.type && !kit.attribute(el, "trigger")) return el;
  return undefined;
}
