import { describe, expectTypeOf, test } from "vitest";
import { createRenderers, type PageName, type PageResult, type Renderers } from "../../adapters/workers/index.ts";
import type { Html } from "../../lib/html/index.ts";
import type * as pages from "../adapters/workers-pages.ts";

declare const renderers: Renderers<typeof pages>;

describe("renderers typed by their module", () => {
  test("know its pages", () => {
    expectTypeOf<PageName<{ a(): Html; b: number; c(props: string): Promise<Html> }>>().toEqualTypeOf<"a" | "c">();
    expectTypeOf(createRenderers<typeof pages>).returns.toEqualTypeOf<Renderers<typeof pages>>();
    expectTypeOf<Promise<Html>>().toExtend<PageResult>();
  });

  test("take a page's props, and leave them out where it takes none", () => {
    expectTypeOf(renderers.render("table", { rows: [] })).toEqualTypeOf<Promise<Uint8Array>>();
    renderers.render("hole");
    renderers.render("script", undefined, { nonce: "abc" });
    renderers.render("failing");
    renderers.render("failing", { what: "text" }, { signal: AbortSignal.timeout(1) });
    // @ts-expect-error: it needs its props
    renderers.render("table");
    // @ts-expect-error: not these
    renderers.render("table", { rows: 1 });
    // @ts-expect-error: it takes none
    renderers.render("hole", { rows: [] });
    // @ts-expect-error: no such page
    renderers.render("tabel", { rows: [] });
    // @ts-expect-error: an export that is no function
    renderers.render("notAPage");
  });
});
