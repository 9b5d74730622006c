import { describe, expect, test } from "vitest";

interface Subject {
  readonly name: string;
  readonly samples: Readonly<Record<string, readonly number[]>>;
  readonly allocated?: Readonly<Record<string, number>>;
  readonly missing?: string;
}

interface Measured {
  readonly pages: readonly { readonly page: string; readonly size: number; readonly subjects: readonly Subject[] }[];
  readonly streams: { readonly cases?: readonly unknown[] };
  readonly escaping: readonly unknown[];
}

interface Verdict {
  readonly target: string;
  readonly value: string;
  readonly met: boolean;
  readonly miss: string;
}

type Escape = (from: number, length: number, to: number) => number;

// casts: the bench is plain JavaScript, because Node 20 runs no TypeScript
const load = async <Module>(path: string): Promise<Module> =>
  (await import(/* @vite-ignore */ new URL(`../../bench/html/${path}`, import.meta.url).href)) as Module;
const { area } = await load<{ area: object }>("area.mjs");
const { judge } = await load<{ judge(area: object, measured: Measured): readonly Verdict[] }>("targets.mjs");
const { datasetsOf, PAGES, VARIANTS } = await load<{
  datasetsOf(page: string, variant: { readonly name: string; readonly percent: number }): readonly object[];
  PAGES: Readonly<Record<string, { readonly datasets: number }>>;
  VARIANTS: readonly { readonly name: string; readonly percent: number; readonly isAscii: boolean }[];
}>("data.mjs");
const { assertPage } = await load<{ assertPage(page: string, data: object, html: string): void }>("oracle.mjs");
const { simdModule } = await load<{ simdModule(): Uint8Array<ArrayBuffer> }>("escaping/simd.mjs");
const { escapedSlowly } = await load<{ escapedSlowly(text: string): string }>("escaping/cases.mjs");

const subject = (name: string, ns: number, bytes: number): Subject => ({
  name,
  samples: Object.fromEntries(VARIANTS.map(({ name: variant }) => [`bytes, ${variant}`, [ns, ns, ns]])),
  allocated: { "ASCII, 5 %": bytes },
});

function verdict(target: string): Verdict | undefined {
  const subjects = [
    subject("html``", 100, 50),
    subject("@kitajs/html", 600, 900),
    subject("ghtml", 200, 300),
    subject("hand-written", 80, 40),
    subject("GoX design", 2000, 1000),
    { name: "busbar el", samples: {}, missing: "not built yet" },
  ];
  const measured = { pages: [{ page: "20 KiB", size: 20, subjects }], streams: {}, escaping: [] };
  return judge(area, measured).find((one) => one.target.includes(target));
}

describe("the verdicts of the html bench", () => {
  test("take the variant where ours leads least, and name the rival", () => {
    expect(verdict("fastest tagged peer, to bytes")).toMatchObject({ met: true });
    expect(verdict("fastest tagged peer, to bytes")?.value).toContain("2.00 (2.00–2.00) at ASCII, 0 %, ghtml");
  });

  test("say by how much a target is missed", () => {
    expect(verdict("ceiling, to bytes")).toMatchObject({ met: false, miss: "by 6 %" });
    expect(verdict("10 times as fast")).toMatchObject({ met: true });
    expect(verdict("allocates at most 10 %")).toMatchObject({ met: true, value: "5.0 %" });
  });

  test("leave out what was not measured", () => {
    expect(verdict("Marko")).toBeUndefined();
    expect(verdict("busbar JSX")).toBeUndefined();
  });
});

describe("the pages of the html bench", () => {
  test("differ from one to the next, and are the same every time", () => {
    const variant = VARIANTS[1] ?? { name: "", percent: 0 };
    for (const [page, { datasets }] of Object.entries(PAGES)) {
      const lists = [datasetsOf(page, variant), datasetsOf(page, variant)];
      expect(lists[0]).toEqual(lists[1]);
      expect(new Set(lists[0]?.map((data) => JSON.stringify(data))).size).toBe(datasets);
    }
  });

  test("have fields to escape in the share that their name says", () => {
    for (const variant of VARIANTS) {
      const names = datasetsOf("170 KiB", variant).flatMap(
        (data) => (data as { purchases: { name: string }[] }).purchases.map(({ name }) => name), // cast: what this page shows
      );
      const share = names.filter((name) => /[&<>"']/.test(name)).length / names.length;
      expect(Math.abs(share * 100 - variant.percent)).toBeLessThan(1.5);
    }
  });

  test("are refused when one value is lost", () => {
    const [data] = datasetsOf("2 KiB", VARIANTS[0] ?? { name: "", percent: 0 });
    expect(() => assertPage("2 KiB", data ?? {}, '<div class="colours"></div>')).toThrow();
  });
});

test("the hand-made WebAssembly module escapes as the slow way does", () => {
  const { memory, escape: escapeBlock } = new WebAssembly.Instance(new WebAssembly.Module(simdModule()))
    .exports as unknown as {
    memory: WebAssembly.Memory;
    escape: Escape;
  }; // cast: what the module exports
  const bytes = new Uint8Array(memory.buffer);
  for (let length = 0; length < 70; length++) {
    for (const mark of ["", "&", "<>", "\r\n\0", "é漢🎈&"]) {
      const text = "x".repeat(length) + mark + "y".repeat(length % 17);
      const input = new TextEncoder().encode(text);
      bytes.set(input);
      const end = escapeBlock(0, input.length, 4096);
      expect(new TextDecoder().decode(bytes.slice(4096, end))).toBe(escapedSlowly(text));
    }
  }
});
