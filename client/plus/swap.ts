import type { SwapPart, SwapPlan } from "../core/extension-types.ts";
import { doc } from "../core/settings.ts";
import { fragmentOf, type PlusContext, read } from "./kit.ts";

/**
 * What happens before anything of a reply is put into the page.
 * 1. What a template showed is taken back.
 * 2. What `bus-select-oob` names goes to where the page has the same. If it was all there was, the target stays as it is.
 * 3. The target is marked while the swap waits, and what will be new is noted.
 * 4. With a whole page comes its head: what is equal stays, what is new is added (scripts run once), what is gone is removed.
 */
export const swap = (ctx: PlusContext, { document, parts }: SwapPlan): void => {
  const main = parts[0] as SwapPart; // cast: the main part is always there
  const content = main.content;
  ctx._undo?.();

  read(ctx, "select-oob")
    ?.split(",")
    .forEach((item) => {
      const [target, style = "outerHTML"] = item.split(/:(.*)/s) as [string, string?]; // cast: at least one
      const el = content.querySelector(target);
      if (el) {
        el.remove();
        parts.push({
          target,
          swap: style,
          content: fragmentOf(style[0] === "o" ? [el] : el.childNodes),
        });
        if (!content.firstElementChild) main.swap = "none";
      }
    });

  ctx.target.classList.add("bus-swapping");
  ctx._added = parts.flatMap((part) => [
    ...(ctx.select ? part.content.querySelectorAll(ctx.select) : part.content.children),
  ]);

  if (document.title && ctx.target === doc.body) {
    // Elements by what they are. Nonces differ, and only the parser shows them; titles are core's. cast: a tuple stays one
    const [old, fresh] = [doc, document].map(
      (page) =>
        new Map(
          [...page.querySelectorAll("head>:not(title,[bus-preserve])")].map((el) => [
            el.outerHTML.replace(/ nonce="[^"]*"/, ""),
            el,
          ]),
        ),
    ) as [Map<string, Element>, Map<string, Element>];
    for (const [what] of fresh) if (old.delete(what)) fresh.delete(what);
    ctx._gone = old.values();
    parts.push({
      target: doc.head,
      swap: "into",
      content: fragmentOf(fresh.values()),
    });
  }
};
