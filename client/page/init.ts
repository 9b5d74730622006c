import { doc } from "../core/settings.ts";
import { kit } from "./kit.ts";
import type { PageContext } from "./swap.ts";

/** Listens to the page: after a swap, it is scrolled. */
export const init = (): void => {
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
