import type { SwapPart, SwapPlan } from "../core/extension-types.ts";
import { fragmentOf, type PlusContext, read } from "./kit.ts";

/**
 * What happens before anything of a reply is put into the page.
 * 1. What a template showed is taken back.
 * 2. What `bus-select-oob` names goes to where the page has the same. If it was all there was, the target stays as it is.
 * 3. The target is marked while the swap waits, and what will be new is noted.
 */
export const swap = async (ctx: PlusContext, { parts }: SwapPlan): Promise<void> => {
  const [main] = parts as [SwapPart]; // cast: the main part is always there
  const { content } = main;
  ctx.undo?.();

  for (const item of read(ctx, "select-oob")?.split(",") ?? []) {
    const [target, style = "outerHTML"] = item.split(/:(.*)/s) as [string, string?]; // cast: at least one
    const el = content.querySelector(target);
    if (el) {
      el.remove();
      parts.push({ target, swap: style, content: fragmentOf(...(/^o/.test(style) ? [el] : el.childNodes)) });
      if (!content.firstElementChild) main.swap = "none";
    }
  }

  ctx.target.classList.add("bus-swapping");
  ctx.added = parts.flatMap((part) => [
    ...(ctx.select ? part.content.querySelectorAll(ctx.select) : part.content.children),
  ]);
};
