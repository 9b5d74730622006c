import fc from "fast-check";
import {
  boundary,
  contextKey,
  each,
  type HtmlSettled,
  type HtmlValue,
  html,
  memo,
  provide,
  unsafeRawHtml,
  use,
} from "../../lib/html/index.ts";

/** A node as plain data, so that it can be made twice: once with promises and once without. */
export type Plan =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "nothing" }
  | { readonly kind: "raw"; readonly text: string }
  | { readonly kind: "element"; readonly title: string; readonly children: readonly [Plan, Plan] }
  | { readonly kind: "array" | "each" | "lazy" | "boundary" | "memo"; readonly children: readonly Plan[] }
  | { readonly kind: "failing"; readonly inner: Plan }
  | { readonly kind: "provide"; readonly value: string; readonly inner: Plan }
  | { readonly kind: "use" }
  | { readonly kind: "later"; readonly delay: number; readonly inner: Plan };

export const plans: fc.Arbitrary<Plan> = fc.letrec<{ node: Plan; list: Plan[] }>((tie) => ({
  node: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    fc.record({ kind: fc.constant("text" as const), text: fc.string({ unit: "binary" }) }),
    fc.record({ kind: fc.constant("number" as const), value: fc.integer() }),
    fc.constant({ kind: "nothing" as const }),
    fc.record({ kind: fc.constant("raw" as const), text: fc.constantFrom("<b>x</b>", "é😀", "<!--c-->") }),
    fc.record({
      kind: fc.constant("element" as const),
      title: fc.string(),
      children: fc.tuple(tie("node"), tie("node")),
    }),
    fc.record({ kind: fc.constantFrom("array", "each", "lazy", "boundary", "memo"), children: tie("list") }),
    fc.record({ kind: fc.constant("failing" as const), inner: tie("node") }),
    fc.record({ kind: fc.constant("provide" as const), value: fc.string(), inner: tie("node") }),
    fc.constant({ kind: "use" as const }),
    fc.record({ kind: fc.constant("later" as const), delay: fc.nat(3), inner: tie("node") }),
  ),
  list: fc.array(tie("node"), { maxLength: 4 }),
})).node;

const word = contextKey("word", "none");
let memos = 0;

/** The node of a plan; with `isAsync`, what is `later` is a promise. `pending` makes its boundaries late ones. */
export function nodeOf(plan: Plan, isAsync: boolean, pending?: HtmlValue): HtmlValue {
  const make = (inner: Plan): HtmlValue => nodeOf(inner, isAsync, pending);
  switch (plan.kind) {
    case "text":
      return plan.text;
    case "number":
      return plan.value;
    case "nothing":
      return null;
    case "raw":
      return unsafeRawHtml(plan.text);
    case "element":
      return html`<div title=${plan.title}>${make(plan.children[0])}<i>${make(plan.children[1])}</i></div>`;
    case "array":
      return plan.children.map(make);
    case "each":
      return each(plan.children, (_, i) => i, make);
    case "lazy":
      return () => plan.children.map(make);
    case "boundary":
      return boundary(() => plan.children.map(make), { failed: () => "failed", pending });
    case "memo":
      return memo(`plan ${memos++}`, () => html`<u>${plan.children.length}</u>`);
    case "failing":
      return boundary(
        () => [
          html`<s>${make(plan.inner)}</s>`,
          () => {
            throw new Error("planned");
          },
        ],
        { failed: () => html`<em>${"sorry"}</em>`, pending },
      );
    case "provide":
      return provide(word, plan.value, () => make(plan.inner));
    case "use":
      return use(word, (value) => html`<q>${value}</q>`);
    case "later":
      return isAsync ? after(plan.delay, () => make(plan.inner)) : make(plan.inner);
  }
}

async function after(ticks: number, make: () => HtmlValue): Promise<HtmlSettled> {
  // Some settle at once, some only after what is ready has left.
  for (let i = 0; i < ticks; i++) await (i === 0 ? null : new Promise((turn) => setImmediate(turn)));
  return make();
}
