import { NAV } from "../../lib/wire/index.ts";
import { doc } from "./slots.ts";
import type { Kit, Live, LiveRoot, More } from "./types.ts";

/** What our entries of the history have: the root they are about is the first of the page that navigates. */
const OURS = { busbarLive: true };

/** As browsers look for it: what is no escaped text stays as it is, where decodeURIComponent throws. cast: it is there */
const unescaped = (name: string): string =>
  new URLSearchParams(`_=${name.replace(/[+&]/g, encodeURIComponent)}`).get("_") as string;

/** Makes what navigates, once for a page: links with `bus-nav`, and going back to where they led from. */
export const createNavigation = (): More => {
  /** The root that has navigated. */
  let current: LiveRoot | undefined;
  /** The last of what is lent. */
  let trust!: Kit[9];

  const go = (live: Live, url: URL, how: "push" | "replace" | "none", flash?: string): void => {
    const leave = (): void => {
      if (flash) doc.cookie = `bus-flash=${flash}; path=/; max-age=60; samesite=lax`;
    };
    const arrive = (address: URL): void => {
      if (how !== "none") {
        history.replaceState({ ...history.state, ...OURS }, "");
        history[`${how}State`](OURS, "", address);
      }
      if (how === "push") {
        const name = address.hash.slice(1);
        const target = name && (doc.getElementById(name) ?? doc.getElementById(unescaped(name)));
        if (target) target.scrollIntoView();
        else scrollTo(0, 0);
      }
      live._emit("navigated", { url: address.href });
    };
    /** The page by itself, with its own root. */
    const load = async (): Promise<void> => {
      leave();
      const response = await fetch(url);
      const page = new DOMParser().parseFromString(trust(await response.text()), "text/html");
      const at = [...doc.querySelectorAll("[bus-live]")].indexOf(live._root);
      const root = page.querySelectorAll<LiveRoot>("[bus-live]")[at];
      const address = new URL(response.url || url);
      if (!root || address.origin !== location.origin) throw Error(address.href);
      address.hash = url.hash;
      current = doc.importNode(root, true);
      doc.title = page.title;
      live._stop(true);
      live._root.replaceWith(current);
      arrive(address);
    };
    current = live._root;
    live._push(NAV, [url.pathname + url.search], (reply, code) => {
      if (!code) {
        live._root.setAttribute("bus-live", url.pathname + url.search);
        if (reply instanceof Uint8Array) live._token = reply;
        arrive(url);
      } else load().catch(() => location.assign(url));
    });
  };

  addEventListener("popstate", ({ state }) => {
    const live = current?._live;
    const url = new URL(location.href);
    if (live && state?.busbarLive && url.pathname + url.search !== live._root.getAttribute("bus-live"))
      go(live, url, "none");
  });

  return (live, kit) => {
    trust = kit[9];
    live._go = (href, replaces, flash) => go(live, new URL(href, location.href), replaces ? "replace" : "push", flash);
    live._root.addEventListener(
      "click",
      (event) => {
        const { target, button, defaultPrevented, ctrlKey, metaKey, shiftKey, altKey } = event;
        const link = kit[0](target as Element, "closest", "a[bus-nav]") as HTMLAnchorElement | null; // casts: what is clicked is an element; a link is one
        if (!link || button || defaultPrevented || ctrlKey || metaKey || shiftKey || altKey) return;
        if (link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
        event.preventDefault();
        live._go?.(link.href, link.getAttribute("bus-nav") === "replace");
      },
      { signal: live._signal },
    );
  };
};
