import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { translateGox } from "../../adapters/cli/gox/translate.ts";
import { runCli } from "../../adapters/cli/run.ts";
import { CONSTRUCTS } from "../gox/constructs.ts";
import { DOORS, folder, readFixtures, root, runBundle } from "../gox/fixtures.ts";
import { runs } from "../helpers/runs.ts";

const fixtures = readFixtures();
const named = new Map(fixtures.map((fixture) => [fixture.name, fixture]));
const body = (go: string): string =>
  translateGox(`package main\nfunc F(n int, xs []int, text string) int {\n${go}\nreturn n\n}`, { fileName: "f.gox" })
    .code;

describe("fixtures", () => {
  test.each(fixtures.map((fixture) => [fixture.name, fixture] as const))(
    "%s.gox becomes the .tsx beside it",
    (_name, { code, expected }) => {
      assert.equal(code, expected);
    },
  );

  test.each(CONSTRUCTS.map((row) => [`${row.section}: ${row.construct}`, row] as const))(
    "%s",
    (_name, { fixture, holds, state }) => {
      const found = named.get(fixture);
      assert.ok(found, fixture);
      const text = state === "translated" ? found.code : found.diagnostics.map(({ message }) => message).join("\n");
      assert.ok(text.includes(holds), `${fixture} lacks ${holds}`);
    },
  );

  test("every fixture serves a construct", () => {
    const used = new Set(CONSTRUCTS.map(({ fixture }) => fixture));
    expect(fixtures.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([]);
  });

  test("only fixtures of reported constructs have gaps", () => {
    const reported = new Set(CONSTRUCTS.filter(({ state }) => state === "reported").map(({ fixture }) => fixture));
    const gaps = fixtures.filter(({ diagnostics }) => diagnostics.some(({ severity }) => severity === "gap"));
    expect(gaps.map(({ name }) => name)).toEqual([...reported].sort());
  });

  test("every gap is marked in the output by its place", () => {
    for (const { name, code, diagnostics } of fixtures) {
      for (const { severity, line, message } of diagnostics) {
        if (severity !== "gap" || /package|embedded|interfaces/.test(message)) continue;
        assert.match(code, new RegExp(`\\b${line}:\\d+ `), `${name}: ${message}`);
      }
    }
  });

  test("translations type-check against this library", () => {
    const paths = Object.fromEntries(Object.entries(DOORS).map(([door, file]) => [door, [file]]));
    const { options } = ts.parseJsonConfigFileContent(
      ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config,
      ts.sys,
      root,
    );
    const program = ts.createProgram(
      fixtures.map(({ name }) => join(folder, `${name}.tsx`)),
      {
        ...options,
        paths,
        jsx: ts.JsxEmit.ReactJSX,
        allowImportingTsExtensions: true,
        noEmit: true,
        declaration: false,
        isolatedDeclarations: false,
        noUnusedLocals: false,
        noUnusedParameters: false,
        rewriteRelativeImportExtensions: false,
      },
    );
    const errors = program
      .getSourceFiles()
      .filter(({ fileName }) => fileName.startsWith(folder))
      .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]);
    expect(
      errors.map(
        ({ file, start, messageText }) =>
          `${file?.fileName.slice(folder.length)}:${start} ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
      ),
    ).toEqual([]);
  });

  test("translations render, styles in the head", async () => {
    const { pages } = await runBundle<{ pages: Readonly<Record<string, string>> }>(`
      import { headStyles, html, renderToString } from "busbar/html";
      import { Card, Page } from "./data/styles.tsx";
      import { Elements } from "./data/elements.tsx";
      import { Names } from "./data/generics.tsx";
      import { Children } from "./data/children.tsx";
      import { App } from "./data/draft-context.tsx";
      import { Markup } from "./data/draft-markup.tsx";
      import { Profile } from "./data/props.tsx";
      import { Shelf } from "./data/late-effects.tsx";
      import { Tasks } from "./data/go-pointers.tsx";
      import { Notes } from "./data/go-locals.tsx";
      import { Report } from "./data/go-types.tsx";
      import { Shared } from "./data/go-shared.tsx";
      import { Clock } from "./data/go-times.tsx";
      import { Names as NamesOf, Shapes } from "./data/go-interfaces.tsx";
      import { Price } from "./data/late-memo.tsx";
      import { Shop } from "./data/go-embedded.tsx";
      const page = (node) => renderToString(html\`<head>\${headStyles()}</head><body>\${node}</body>\`);
      export const pages = {
        styles: page(Page({})),
        elements: page(Elements({ className: "a", text: "<b>", isDisabled: true, styles: new Map([["color", "red"]]) })),
        generics: page(Names({ names: ["Ada", "Bob"] })),
        children: page(Children({ count: 2, item: { id: 1, name: "one" }, items: [{ id: 1, name: "one" }], isOpen: true })),
        context: page(App({})),
        markup: page(Markup({ names: ["x"], isReady: true, isLate: false })),
        shared: page([1, 2].map(() => Shared({ names: ["Ada", "Bob", "Ada"] }))),
        late: page(Shelf({ items: [{ ID: 1, Done: false, Tags: [] }] })),
        pointers: page(Tasks({ initial: [{ ID: 1, Done: false, Sub: [{ ID: 2, Done: true, Sub: [] }] }], show: "open" })),
        locals: page([2, 0].map((max) => Notes({ notes: [{ ID: 7, Kind: "info" }], max, icons: new Map([["error", "!"]]), extra: max }))),
        types: page([1, 2].map(() => Report({ names: ["Ada Byron!", "Bo", "Ada Byron!"] }))),
        embedded: page(Shop({ id: 3 })),
        memo: page(Price({ amount: 4 })),
        interfaces: page([Shapes({ side: 2 }), NamesOf({ Label: "b" }, { X: 1 }, { Base: { Label: "s" }, Side: 1 }).join()]),
        times: page(Clock({ start: new Date(7_200_000), limit: 1 })),
        props: page(Profile({ name: "Ada", age: 36, tags: [], scores: new Map(), person: { name: "A", age: 1 }, callback: () => {}, format: (n) => String(n), optional: 7 })),
      };
    `);
    assert.match(
      pages["styles"] ?? "",
      /<style[^>]*>.*@scope.*\.card.*<\/style>.*<div class="card" id="box" *data-s=/s,
    );
    assert.match(pages["styles"] ?? "", /body \{\s*margin: 0/);
    assert.match(pages["elements"] ?? "", /value="&lt;b>|value="&lt;b&gt;"/);
    assert.match(pages["elements"] ?? "", /<div class="a" style="color: ?red;?">/);
    assert.match(pages["generics"] ?? "", /<li><span>Ada<\/span><\/li><li><span>Bob<\/span><\/li>/);
    assert.match(pages["children"] ?? "", /Shown when true.*True.*Both.*one!/s);
    assert.match(pages["context"] ?? "", /<main><button class="dark">dark<\/button><\/main>/);
    assert.match(pages["markup"] ?? "", /<li>0 x<\/li><li>in time<\/li>/);
    assert.match(pages["shared"] ?? "", /(?:<p>1 2 2 123 Ada-Bob-Ada 2 2<\/p>){2}/);
    assert.match(pages["late"] ?? "", /<p title="some"[^>]*>1 of 1 3 1/);
    assert.match(pages["pointers"] ?? "", /<ul title="2"><li[^>]*>open <button/);
    const locals = (pages["locals"] ?? "").replaceAll(/ bus-[\w:]+="[^"]*"/g, "");
    assert.match(
      locals,
      /<section title="a-b"><p>3 ! no text 1<\/p><p>added room<\/p><i class="info">7<\/i><i class="error">1/,
    );
    assert.match(
      locals,
      /<b>7<\/b><b>1<\/b><\/section><section title="a-b"><p>3 ! no text 1<\/p><p>0 notes: full full/,
    );
    const types =
      '<div title="00 Bo, 01 Ada Byron, 02 Ada Byron"><p>5 pearabc 2 very quiet quiet</p><ul><li>B.</li><li>A.B.</li><li>A.B.</li></ul></div>';
    assert.ok(
      (pages["types"] ?? "").replaceAll(/ (?:key|bus-[\w:]+)="[^"]*"/g, "").includes(types + types),
      pages["types"],
    );
    // 3 is counted up and doubled; the copy keeps its own. 1, 5 and 7; then 4 + 4, and 10 + 2 and 20 + 3.
    assert.match(pages["embedded"] ?? "", /<p id="#8!" title="eve!"[^>]*>Cup 8 8 1 2 #8 157 43<\/p>/);
    assert.match(pages["memo"] ?? "", /<p[^>]*>12 30 31<\/p>/);
    const interfaces = (pages["interfaces"] ?? "").replaceAll(/ (?:key|bus-[\w:]+)="[^"]*"/g, "");
    assert.match(interfaces, /<ul title="point 2"><li>SQUARE 25<\/li><li>circle 12<\/li><\/ul>.*B,point 1,S/);
    assert.match(pages["times"] ?? "", /<p title="7200"[^>]*>0 early set<\/p>/);
    assert.match(pages["props"] ?? "", /0 tags, 0.*<p>7<\/p>/s);
  });
});

describe("Go", () => {
  test.each([
    ["x := 7 / n", "const x = Math.trunc(7 / n);"],
    ["x := 7.0 / 2", "const x = 7.0 / 2;"],
    ["x := -(n + 1) * 2", "const x = -(n + 1) * 2;"],
    ["x := n &^ 3", "const x = n & ~3;"],
    ["x := xs[1:]", "const x = xs.slice(1);"],
    ["x := xs[:n]", "const x = xs.slice(0, n);"],
    ["x := `a\nb`", 'const x = "a\\nb";'],
    ["x := 'a'", "const x = 97;"],
    ["x := string(text[0])", "const x = text.charAt(0);"],
    ["var x []string", "const x: string[] = [];"],
    ["x := func(a, b int) int { return a + b }", "const x = (a: number, b: number): number => a + b;"],
    ['x := map[string][]int{"a": {1, 2}}', 'const x = new Map<string, readonly number[]>([["a", [1, 2]]]);'],
    ["for n > 0 { n-- }", "while (n > 0) {\n    n--;\n  }"],
    ["new := 1; n = new", "const new_ = 1;\n  n = new_;"],
    ["if n := n + 1; n > 2 { return n }", "const n2 = n + 1;"],
  ])("%s", (go, expected) => {
    assert.ok(body(go).includes(expected), body(go));
  });
});

test("a file that cannot be read at all is a gap, and kept", () => {
  const { code, diagnostics } = translateGox("component X( {\n  render { <div> }\n", { fileName: "x.gox" });
  assert.equal(diagnostics[0]?.severity, "gap");
  assert.match(code, /\/\/ component X\(/);
});

test("no text makes the translator throw or hang, cut and shuffled fixtures included", () => {
  const sources = fixtures.map(({ source }) => source);
  const cut = fc
    .tuple(fc.constantFrom(...sources), fc.nat(), fc.nat(), fc.string())
    .map(([source, from, length, text]) => {
      const at = from % source.length;
      return source.slice(0, at) + text + source.slice(at + (length % 40));
    });
  fc.assert(
    fc.property(fc.oneof(cut, fc.string()), (source) => {
      assert.equal(typeof translateGox(source, { fileName: "x.gox" }).code, "string");
    }),
    { numRuns: runs(150) },
  );
});

describe("busbar gox", () => {
  let place = "";
  beforeAll(() => {
    place = mkdtempSync(join(tmpdir(), "busbar-gox-"));
    for (const name of ["counter", "goroutine"])
      writeFileSync(join(place, `${name}.gox`), named.get(name)?.source ?? "");
  });
  afterAll(() => rmSync(place, { recursive: true }));

  test("writes a .tsx beside the file", async () => {
    const { exitCode, text } = await runCli(["gox", "counter.gox"], { cwd: place });
    assert.equal(text, "counter.tsx\nnothing was left out");
    assert.equal(exitCode, 0);
    assert.equal(readFileSync(join(place, "counter.tsx"), "utf8"), named.get("counter")?.expected);
  });

  test("translates a folder into another, names what was left out and exits 1", async () => {
    const { exitCode, text } = await runCli(["gox", ".", "--out", "out"], { cwd: place });
    assert.equal(exitCode, 1);
    assert.match(text, /goroutine\.gox:13:3 gap: goroutines are not ported/);
    assert.match(text, /1 gap: each is marked in the output$/);
    assert.ok(existsSync(join(place, "out/counter.tsx")) && existsSync(join(place, "out/goroutine.tsx")));
  });

  test("with --allow-gaps it exits 0", async () => {
    assert.equal((await runCli(["gox", "goroutine.gox", "--allow-gaps"], { cwd: place })).exitCode, 0);
  });

  test("says what is wrong with the command", async () => {
    for (const [words, message] of [
      [["gox"], /gox needs a file or a folder/],
      [["gox", "missing.gox"], /ENOENT/],
      [["gox", "counter.tsx"], /is no .gox file/],
      [["gox", "counter.gox", "--bad"], /unknown option/],
    ] as const) {
      const { exitCode, text, stream } = await runCli(words, { cwd: place });
      assert.match(text, message);
      assert.deepEqual([exitCode, stream], [1, "stderr"]);
    }
  });
});
