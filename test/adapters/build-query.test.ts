import fc from "fast-check";
import { parseAst } from "rollup/parseAst";
import { describe, expect, test } from "vitest";
import { findQueryReads } from "../../adapters/build/query-reads.ts";
import { runs } from "../helpers/runs.ts";

const read = (text: string): { names: readonly string[]; open: boolean } => {
  const { names, open } = findQueryReads(text, parseAst);
  return { names, open };
};

describe("what a handler's text reads of the query", () => {
  const closed: readonly (readonly [text: string, names: readonly string[]])[] = [
    ["(c) => c.query.page", ["page"]],
    ["c => c.query['page size']", ["page size"]],
    ["(c) => c.query[`page`] + c.query[0]", ["page", "0"]],
    ["(c) => c?.query?.page?.length", ["page"]],
    ["(c) => (c.query).page", ["page"]],
    ["(c) => c['query'].page", ["page"]],
    ["async (c) => { const { page, size = 10 } = c.query; return page + size; }", ["page", "size"]],
    ["function (c) { const { page: p, 'a-b': q } = c.query; }", ["page", "a-b"]],
    ["(c) => { const { query } = c; return query.page; }", ["page"]],
    ["(c) => { const { query: { page } } = c; }", ["page"]],
    ["(c) => { const { query: q = {} } = c; return q.page; }", ["page"]],
    ["({ query }) => query.page", ["page"]],
    ["({ query: { page, size } }) => page + size", ["page", "size"]],
    ["({ query: { page = 1 } = {} }) => page", ["page"]],
    ["({ json, ...c }) => json(c.query.page)", ["page"]],
    ["(c) => { const q = c.query; return q.page; }", ["page"]],
    ["(c) => { const q = c.query; const r = q; return r.page; }", ["page"]],
    ["(c) => { const d = c; return d.query.page; }", ["page"]],
    ["(c) => { let page; ({ page } = c.query); return page; }", ["page"]],
    ["(c) => { const { page, ...rest } = c.query; return page + rest.size; }", ["page", "size"]],
    ["(c) => { const q = c.query ?? {}; return q.page; }", ["page"]],
    ["(c) => { const q = c.ok ? c.query : {}; return q.page; }", ["page"]],
    ["(c) => c.query && c.query.page", ["page"]],
    ["(c) => { if (c.query) return c.query.page; }", ["page"]],
    ["(c) => c.query === undefined ? 1 : 'page' in c.query", ["page"]],
    ["(c) => [1].map((i) => c.query.page + i)", ["page"]],
    ["(c) => { function f() { return q.page; } const q = c.query; return f(); }", ["page"]],
    ["(c) => { var f = () => q.page; { var q = c.query; } return f(); }", ["page"]],
    ["(c) => { for (const x of [c.query.page]) log(x); }", ["page"]],
    ["(c) => { switch (c.query.page) { case c.query.size: { break; } } }", ["page", "size"]],
    ["(c) => { try { f(); } catch { return c.query.page; } }", ["page"]],
    ["(c) => new (class { x = c.query.page; [c.query.size]() {} })()", ["page", "size"]],
    ["(c) => ({ [c.query.page]: 1, query: 2, c: 3 })", ["page"]],
    [`(c) => c.text(\`\${c.query.page}\`)`, ["page"]],
    [`(c) => tag\`a\${c.query.page}\``, ["page"]],
    ["(c) => { a: for (;;) { break a; } }", []],
    ["show(c) { return c.query.page; }", ["page"]],
    ["async show(c) { return c.query.page; }", ["page"]],
    ["async *['show me'](c) { yield c.query.page; }", ["page"]],
    ["(c) => c.query.__proto__", ["__proto__"]],
    ["(c) => c.query['\\u2028*/\"']", ['\u2028*/"']],
    ["(c) => 1 // a comment at the end", []],
    ["() => 1", []],
    ["(c) => c.json({ ok: true })", []],
    ["(c) => c.request.query.page", []],
    // other things by those names
    ["(c) => list.map((c) => c.query.page)", []],
    ["(c) => { { const c = other; c.query.page; } return c.query.size; }", ["size"]],
    ["(c) => { const q = c.query; return ((q) => q.page)(other) + q.size; }", ["size"]],
    ["(c) => { const f = function c() { return c.query.page; }; return f; }", []],
    ["(c) => { try { f(); } catch (c) { return c.query.page; } }", []],
    ["(c) => { for (const c of list) c.query.page; }", []],
    ["(c) => { class c { static x = c.query.page; } }", []],
    ["(a, c) => c.query.page", []],
    ["({ query: q }) => query.page", []],
    ["(c) => { function f() { return arguments[0].query.page; } return f(1); }", []],
  ];
  test.each(closed)("%s", (text, names) => {
    expect(read(text)).toEqual({ names, open: false });
  });

  const open: readonly (readonly [text: string, names: readonly string[]])[] = [
    ["(c) => c.query", []],
    ["(c) => c.query[c.name]", []],
    ["(c) => c[name].page", []],
    ["(c) => list(c.query) + c.query.page", ["page"]],
    ["(c) => helper(c)", []],
    ["(c) => { const { [name]: x, page } = c.query; }", ["page"]],
    ["({ [name]: x }) => x", []],
    ["(c) => ({ ...c.query })", []],
    ["(c) => ({ query } = c)", []],
    ["(c) => { let q; q = c.query; return q.page; }", []],
    ["(c) => { let q = c.query; q = other; return q.page; }", ["page"]],
    ["(c) => { c = wrap(c); return c.query.page; }", ["page"]],
    ["(c) => { var c = other; return c.query.page; }", ["page"]],
    ["(c) => { for (const k in c.query) log(k); }", []],
    ["(c) => Object.keys(c.query)", []],
    ["(c) => { const [a] = c.query; }", []],
    ["(...all) => all[0].query.page", []],
    ["([c]) => c.query.page", []],
    ["function (c) { return arguments[0].query.page; }", []],
    ["function () { return () => arguments[0].query.page; }", []],
    ["(c) => eval('c.query.page')", []],
    ["(c) => name in c.query", []],
    ["async (c) => { const q = await c.query; return () => q; }", []],
    ["(c, q = c.query) => q.page", []],
    [`(c) => \`\${c.query}\``, []],
    ["(c) => (0, c.query)", []],
    ["(c) => { throw c; }", []],
    ["function (c) { [native code] }", []],
    ["class A { constructor(c) { c.query.page; } }", []],
    ["}) + (", []],
    ["", []],
  ];
  test.each(open)("cannot tell all of: %s", (text, names) => {
    expect(read(text)).toEqual({ names, open: true });
  });

  test("knows nothing without a text or a parser", () => {
    const unknown = { names: [], numeric: [], open: true };
    expect(findQueryReads(undefined, parseAst)).toEqual(unknown);
    expect(findQueryReads("(c) => c.query.page", undefined)).toEqual(unknown);
  });

  test("notes what is read as a number at once", () => {
    const text = `(c) => [Number(c.query.a), parseInt(c.query?.b, 10), +c.query.c, -c.query.d, ((Number) => Number(c.query.e))(f)]`;
    expect(findQueryReads(text, parseAst).numeric).toEqual(["a", "b", "c"]);
  });

  test("names every field that a run of the handler reads, or says that there may be others", () => {
    fc.assert(
      fc.property(handlers(), (text) => {
        const touched = run(text);
        fc.pre(touched !== undefined);
        const { names, open } = read(text);
        if (open) return;
        expect([...touched].filter((name) => !names.includes(name))).toEqual([]);
      }),
      { numRuns: runs(2000) },
    );
  });

  test("never calls a plain text open, nor reads what it does not", () => {
    const names = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "__proto__", "x y", "'", "`"), { maxLength: 5 });
    fc.assert(
      fc.property(names, fc.nat(3), (fields, form) => {
        const reads = fields.map((name) => plainRead(name, form));
        expect(read(`(c) => { ${reads.join(" ")} }`)).toEqual({ names: fields, open: false });
      }),
    );
  });
});

function plainRead(name: string, form: number): string {
  const key = JSON.stringify(name);
  return [
    `c.query[${key}];`,
    `{ const { ${key}: x } = c.query; }`,
    `{ const q = c.query; (() => q[${key}])(); }`,
    `{ const { query: { ${key}: x = 1 } } = c; }`,
  ][form] as string; // cast: the form is below the length
}

/** Programs out of pieces that bind, shadow and read, in every order that parses. */
function handlers(): fc.Arbitrary<string> {
  const name = fc.constantFrom("c", "q", "r", "x");
  const field = fc.constantFrom("page", "size", "sort");
  const value = fc.oneof(name, fc.constantFrom("c.query", "q.query", "(q ?? c.query)", "other", "({ query: other })"));
  const statement: fc.Arbitrary<string> = fc.letrec((tie) => ({
    block: fc.array(tie("one"), { maxLength: 4 }).map((all) => all.join(" ")),
    one: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.tuple(value, field).map(([of, key]) => `try { ${of}.${key}; } catch {}`),
      fc.tuple(value, field).map(([of, key]) => `try { ${of}[${JSON.stringify(key)}]; } catch {}`),
      fc.tuple(value, field).map(([of, key]) => `try { ${key} in ${of}; ${JSON.stringify(key)} in ${of}; } catch {}`),
      fc.tuple(name, value).map(([to, of]) => `try { ${to} = ${of}; } catch {}`),
      fc.tuple(name, field, value).map(([to, key, of]) => `try { ({ ${key}: ${to} } = ${of}); } catch {}`),
      fc.tuple(name, value).map(([to, of]) => `var ${to} = ${of};`),
      fc.tuple(field, value).map(([key, of]) => `try { var { ${key}: y, ...z } = ${of}; z.sort; } catch {}`),
      fc.tuple(name, value, tie("block")).map(([to, of, body]) => `try { const ${to} = ${of}; ${body} } catch {}`),
      fc.tuple(name, value, tie("block")).map(([to, of, body]) => `try { ((${to}) => { ${body} })(${of}); } catch {}`),
      fc.tuple(name, tie("block")).map(([to, body]) => `try { (function ${to}() { ${body} })(); } catch {}`),
      fc
        .tuple(name, value, tie("block"))
        .map(([to, of, body]) => `try { for (const ${to} of [${of}]) { ${body} } } catch {}`),
      fc.tuple(value, tie("block")).map(([of, body]) => `if (${of}) { ${body} }`),
      fc.tuple(value, tie("block")).map(([of, body]) => `try { const { query: q } = ${of}; ${body} } catch {}`),
    ),
  })).block as fc.Arbitrary<string>; // cast: letrec does not know the type of its parts
  const head = fc.constantFrom("(c)", "({ query: q, ...c })", "({ query: { page: x }, ...r })", "(c, q)");
  return fc.tuple(head, statement).map(([params, body]) => `${params} => { ${body} }`);
}

/** Runs a handler and says which fields of its query it touched: the slow way to know. `undefined` for no program. */
function run(text: string): ReadonlySet<string> | undefined {
  const touched = new Set<string>();
  const note = (key: string | symbol): undefined => {
    if (typeof key === "string" && key !== "query") touched.add(key);
  };
  const query = new Proxy({}, { get: (_target, key) => note(key), has: (_target, key) => note(key) !== undefined });
  const names = "other, page, size, sort, y, z, r, x";
  const handler = compile(names, text);
  try {
    handler?.({ query });
  } catch {
    // what it read before counts
  }
  return handler && touched;
}

function compile(names: string, text: string): ((c: object) => void) | undefined {
  try {
    return new Function(names, `let q; return (${text});`)({}, "", "", "");
  } catch {
    return undefined; // a name declared twice
  }
}
