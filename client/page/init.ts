import { doc } from "../core/settings.ts";
import type { ClientEventDetail } from "../core/types.ts";
import { kit } from "./kit.ts";
import { type AskingContext, loading } from "./preload.ts";
import type { PageContext } from "./swap.ts";

const KEPT_MS = 5000;

/**
 * Listens to the page.
 * 1. A pressed or near pointer asks ahead of time, and that is sent from here when all others have had their say.
 * 2. After a swap: the page is scrolled.
 */
export const init = (): void => {
  let pressed: unknown;

  for (const type of ["mousedown", "touchstart", "mouseover"] as const)
    doc.addEventListener(
      type,
      (event: Event) => {
        // casts: pointers reach elements, null is asked for right after, few browsers know their connection
        const el = (event.target as Element).closest("[bus-get],a:not([bus-post])") as Element;
        const when = el && kit.attribute(el, "preload");
        if (
          when != null &&
          (type !== "mouseover" || when === type) &&
          !kit.attribute(el, "confirm") &&
          kit.attribute(el, "validate") == null &&
          !(navigator as { connection?: { saveData: boolean } }).connection?.saveData
        ) {
          pressed = el;
          kit.start(el, undefined, event, true); // true: it gives way to what the element has asked for already
          pressed = undefined;
        }
      },
      true,
    );

  addEventListener("bus:before:request", (event) => {
    const ctx: AskingContext = (event as CustomEvent<ClientEventDetail>).detail.ctx; // cast: core's own event
    const { method, url, headers, controller } = ctx;
    const key = method + url + JSON.stringify(headers);
    ctx.key = key;
    if (event.defaultPrevented) return;
    if (ctx.source === pressed) {
      event.preventDefault(); // nothing else comes of it, and nothing is marked
      if (method === "GET" && !loading[key]) {
        loading[key] = ctx;
        ctx.reply = fetch(url, { headers, mode: "same-origin", signal: controller.signal }).catch(() => undefined);
        setTimeout(() => {
          loading[key]?.controller.abort();
          delete loading[key];
        }, KEPT_MS);
      }
    }
  });

  doc.addEventListener(
    "bus:after:swap",
    (event) => {
      const ctx: PageContext = event.detail.ctx;
      // `scroll:bottom`, `show:#list:top`
      for (const { target, id, swap } of ctx.parts ?? [])
        for (const [, way, css, top] of swap.matchAll(/(show|scroll):(?:(\S+):)?(?:(top)|bottom)/g)) {
          const wanted = css ? css.replace("window", "html") : target;
          // casts: only strings have an `at`; an element that was replaced is found again by its id
          const place = (wanted as string)?.at
            ? kit.find(ctx.source, wanted as string)[0]
            : (wanted as Element)?.isConnected
              ? (wanted as Element)
              : doc.getElementById(id ?? (wanted as Element).id);
          if (way === "show") place?.scrollIntoView(!!top);
          else place?.scrollTo(0, top ? 0 : place.scrollHeight);
        }
    },
    true,
  );
};
