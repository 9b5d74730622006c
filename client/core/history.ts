import { here } from "./dom.ts";

let shown: string | undefined;

/** Changes the address without leaving the page: a new entry, or another address for the present one. */
export const visit = (href: string, replace: boolean): void => {
  const isSame = replace || href === location.href;
  // Each entry of ours says how far the page was scrolled when it was left. The present one is marked as well, so that
  // going back to it is noticed.
  history.replaceState({ ...history.state, busbar: scrollY }, "", isSame ? href : null);
  if (!isSame) history.pushState({ busbar: 0 }, "", href);
  shown = here();
};

/**
 * Calls `restore` when the reader goes to an entry that shows another page. Entries that other scripts made are theirs,
 * and going to another place of the same page needs no request.
 */
export const watchHistory = (restore: (scroll: number) => void): void => {
  shown = here();
  addEventListener("popstate", ({ state }) => {
    const scroll = state?.busbar;
    if (scroll == null || shown === here()) return;
    shown = here();
    restore(scroll);
  });
};
