import type { Act, Modifier, SwapFunction, Trigger, TriggerWord } from "../core/extension-types.ts";
import { doc } from "../core/settings.ts";
import type { RequestContext } from "../core/types.ts";
import { holds } from "./filter.ts";
import { kit, loading, type PlusContext, read, running, wishOf } from "./kit.ts";

const KEPT_MS = 5000;

let region: HTMLElement;

/** What this bundle adds to the vocabulary, but for selectors. */
interface Words {
  readonly intersect: TriggerWord;
  readonly revealed: TriggerWord;
  readonly "if[": Modifier;
  readonly throttle: Modifier;
  readonly target: Modifier;
  readonly consume: Modifier;
  readonly textContent: SwapFunction;
  readonly into: SwapFunction;
}

/** Says what an attribute says, or else what is new, to those who do not see it. */
const announce = (ctx: Pick<RequestContext, "source"> & Partial<PlusContext>, suffix: "" | "-error"): void => {
  const name = `announce${suffix}`;
  const text = read(ctx, name) ?? kit.attribute(ctx.target ?? ctx.source, name);
  if (text != null) {
    if (!region) doc.body.after((region = doc.createElement("div"))); // not in the body, which may be swapped
    region.ariaLive = suffix ? "assertive" : "polite";
    (region as { style: unknown }).style = "position:fixed;top:-9in";
    // Screen readers speak of changes only, and only in regions that they know already.
    region.replaceChildren();
    setTimeout(() => region.replaceChildren(text || `${ctx._added?.map((el) => el.textContent)}`), 99);
  }
};

/**
 * Adds to the tables of core and listens to the page.
 * 1. Triggers, modifiers and selectors.
 * 2. After a swap: what is new is marked, focus moves, the reader is told.
 * 3. A pressed or near pointer asks ahead of time.
 * 4. A page that waits in the browser's cache must not come back disabled and busy: its requests are ended.
 */
export const init = (): void => {
  const { vocabulary } = kit;
  const intersect = (
    act: Act,
    { el, signal }: Trigger,
    // cast: there is one for each element
    observer = new IntersectionObserver(([entry]) => (entry as IntersectionObserverEntry).isIntersecting && act()),
  ): void => {
    observer.observe(el); // which it does not keep alive
    signal.onabort = () => observer.disconnect();
  };
  Object.assign(vocabulary, {
    intersect,
    revealed: (act, trigger) => intersect((vocabulary["once"] as (act: Act) => Act)(act), trigger), // cast: core has it, and it needs no more
    "if[": (act, text) => {
      const filter = (/(.*)]$/s.exec(text) as RegExpExecArray)[1] as string; // casts: no bracket at the end is an error
      holds(filter, {}); // what cannot be read is reported now, not when something happens
      return (event) => holds(filter, event) && act(event);
    },
    throttle: (act, text, _trigger, timer?: unknown) => (event) => {
      timer ||= setTimeout(() => (timer = 0), kit.milliseconds(text), act(event));
    },
    target: (act, css, { el }) => {
      el.matches(css); // throws now if it does not parse
      return (event) => (event?.target as Element | undefined)?.matches?.(css) && act(event); // cast: the document has no matches
    },
    consume: (act) => (event) => {
      event?.stopPropagation();
      act(event);
    },
    textContent: (target, content) => target.replaceChildren(content.textContent as string), // cast: a fragment has text
    // Its name begins as those of ways that replace do: core leaves the head alone when a newer one is there.
    into: (head, content, ctx: PlusContext) => {
      head.append(content);
      for (const el of ctx._gone ?? []) el.remove();
    },
  } satisfies Words);
  (["next", "previous"] as const).map(
    (name, i) =>
      (vocabulary[name] = (el: Element, css: string) =>
        // cast: where there is none, core goes on to look for elements of this name, and finds none either
        (css
          ? kit
              .find(el, css)
              [i ? "findLast" : "find"]((other: Element) => el.compareDocumentPosition(other) === 4 - i * 2)
          : el[`${name}ElementSibling`]) as Element),
  );

  // All of it before anything in the page does
  doc.addEventListener(
    "bus:after:swap",
    (event) => {
      const ctx: PlusContext = event.detail.ctx;
      const added = ctx._added as Element[]; // cast: noted right before
      const toggle = (): unknown => added.map((el) => el.classList.toggle("bus-added"));
      const selector = read(ctx, "focus");
      // cast: what else there is cannot be focused
      const el = (selector && kit.find(ctx.source, selector)[0]) as HTMLElement | undefined;
      toggle();
      requestAnimationFrame(() => setTimeout(toggle)); // it has been painted once
      if (el) {
        if (el.tabIndex === -1) el.tabIndex = -1; // most elements say so before they are told
        el.focus();
      }
      if (ctx.response?.ok) announce(ctx, "");
    },
    true,
  );
  (["bus:error", "bus:response:error"] as const).map((name) =>
    doc.addEventListener(name, (event) => announce(event.detail.ctx, "-error"), true),
  );

  (["pointerdown", "mouseover"] as const).map((type, i) =>
    doc.addEventListener(
      type,
      (event) => {
        // casts: pointers reach elements, null has no attributes, and what is handed back is a request
        const el = (event.target as Element).closest("[bus-get],a") as Element;
        const when = kit.attribute(el, "preload");
        const isMeant = i ? when === type : when != null;
        const ctx = (isMeant && kit.start(el, undefined, event, true, true)) as RequestContext | undefined;
        const wish = ctx?.method === "GET" && wishOf(ctx);
        if (wish) {
          loading[wish] ??= kit.send(ctx).catch(() => undefined);
          setTimeout(() => {
            if (loading[wish]) ctx.controller.abort();
            delete loading[wish];
          }, KEPT_MS);
        }
      },
      true,
    ),
  );

  addEventListener("pagehide", () => Object.values(running).map((ctx) => ctx.controller.abort()));
};
