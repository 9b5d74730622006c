import type { RequestContext, SwapPart, SwapPlan } from "../../core/index.ts";
import { suggest } from "../distance.ts";
import { labelOf } from "../elements.ts";
import type { Scene } from "../types.ts";
import { mistakesInSwap } from "./grammar.ts";
import { isWholePage } from "./replies.ts";
import { reason } from "./selectors.ts";

/** A reply that was taken apart, before anything of it is in the page. */
export function checkPlan(ctx: RequestContext, plan: SwapPlan, scene: Scene): void {
  const [main, ...others] = plan.parts;
  if (main) checkMain(ctx, main, scene);
  for (const part of others) checkPart(ctx, part, scene);
  checkNested(ctx, plan, scene);
  if (
    scene.kit.scripts === false &&
    plan.parts.some(({ content }) => [...content.querySelectorAll("script")].some(isRun))
  )
    scene.report("reply-script", ctx.source, "the reply has a script, and scripts are off: it does not run");
}

function checkMain(ctx: RequestContext, { content, swap }: SwapPart, { report }: Scene): void {
  const { select, target, source } = ctx;
  if (select && !/^none\b/.test(swap)) {
    if (content.childNodes.length > 0 && !attempt(() => content.querySelector(select)))
      report(
        "reply-select",
        source,
        `the reply has nothing that matches ${select}, so ${labelOf(target)} gets nothing`,
        select,
      );
  } else if (target !== target.ownerDocument.body && /^[iobap]/.test(swap) && isWholePage(ctx.text ?? "")) {
    report(
      "reply-page",
      source,
      `a whole page goes into ${labelOf(target)}: answer with the part when Bus-Request-Type is partial, or add bus-select`,
    );
  }
}

function checkPart(ctx: RequestContext, { target, id = "", swap }: SwapPart, scene: Scene): void {
  const { report, kit } = scene;
  const wanted = target instanceof Element ? labelOf(target) : target || `#${id}`;
  for (const [, message] of mistakesInSwap(swap, { kit }))
    report("swap-unknown", ctx.source, `in the reply, the part for ${wanted}: ${message}`, `${wanted} ${swap}`);
  if (target instanceof Element) return;
  try {
    const found = target ? document.querySelector(target) : document.getElementById(id);
    if (found) return;
    const ids = Array.from(document.querySelectorAll("[id]"), (el) => el.getAttribute("id") ?? "").slice(0, 1_000);
    const hint = wanted === "#" ? "; a part needs an id or a target" : suggest(wanted.replace(/^#/, ""), ids, "#");
    report("part-target", ctx.source, `the reply has a part for ${wanted}, which is not in the page${hint}`, wanted);
  } catch (error) {
    report(
      "part-target",
      ctx.source,
      `the reply has a part for ${wanted}, which does not parse (${reason(error)})`,
      wanted,
    );
  }
}

/** Parts are looked for at the top level, and there in templates: deeper ones stay where they are. */
function checkNested(ctx: RequestContext, { parts }: SwapPlan, { report }: Scene): void {
  for (const { content } of parts) {
    const inner = content.querySelector("[bus-swap-oob],template[bus-partial]");
    if (!inner) continue;
    const what = inner.hasAttribute("bus-partial") ? "<bus-partial>" : `${labelOf(inner)} with bus-swap-oob`;
    report(
      "part-nested",
      ctx.source,
      `the reply has ${what} inside of another element: only at the top level it goes to its own place`,
      what,
    );
    return;
  }
}

/** A selector that does not parse is told elsewhere. */
function attempt(f: () => Element | null): boolean {
  try {
    return f() !== null;
  } catch {
    return true;
  }
}

/** Data and templates in script elements never run. */
function isRun(script: HTMLScriptElement): boolean {
  const type = script.getAttribute("type") ?? "";
  return type === "" || type === "module" || /javascript|ecmascript/i.test(type);
}
