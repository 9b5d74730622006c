import type { Expr, Field, GoType, MethodSpec, Param, Stmt, TypeParam } from "./ast.ts";
import { type Parser, parseExpr } from "./parser.ts";

/** Whether a type may start here. */
export function startsType(p: Parser): boolean {
  return p.token.kind === "name" || ["[", "*", "(", "<-"].some((text) => p.is(text));
}

export function parseType(p: Parser): GoType {
  if (p.take("*")) return { kind: "pointer", element: parseType(p) };
  if (p.take("<-")) {
    p.expect("chan");
    parseType(p);
    return { kind: "chan" };
  }
  if (p.take("(")) return p.bracketed(")", () => parseType(p));
  if (p.take("[")) {
    if (p.is("]")) {
      p.next();
      return { kind: "slice", element: parseType(p) };
    }
    const size = p.bracketed("]", () => (p.take("...") ? undefined : parseExpr(p)));
    const known = size?.kind === "number" ? Number(size.text.replaceAll("_", "")) : undefined;
    return { kind: "slice", element: parseType(p), size: size === undefined ? 0 : (known ?? "unknown") };
  }
  if (p.is("map")) {
    p.next();
    p.expect("[");
    const key = p.bracketed("]", () => parseType(p));
    return { kind: "map", key, value: parseType(p) };
  }
  if (p.is("chan")) {
    p.next();
    p.take("<-");
    parseType(p);
    return { kind: "chan" };
  }
  if (p.is("func")) {
    p.next();
    return { kind: "func", params: parseParams(p), results: parseResults(p) };
  }
  if (p.is("struct") && p.after().text === "{") {
    p.next();
    return { kind: "struct", fields: parseFields(p) };
  }
  if (p.is("interface") && p.after().text === "{") {
    p.next();
    return parseInterface(p);
  }
  return parseNamedType(p);
}

/** `{ Area() int; fmt.Stringer }`; of a constraint, `{ ~int | ~string }`, nothing is kept. */
function parseInterface(p: Parser): GoType {
  const close = p.closeOf(p.token.start);
  const text = p.source.slice(p.token.end, close);
  const methods: MethodSpec[] = [];
  const embedded: GoType[] = [];
  if (/[~|]/.test(text)) p.moveTo(close + 1);
  else {
    p.expect("{");
    p.unbracketed(() => {
      while (!p.is("}")) {
        if (p.after().text === "(")
          methods.push({ name: p.name("a method"), params: parseParams(p), results: parseResults(p) });
        else embedded.push(parseType(p));
        p.take(";");
      }
      p.next();
    });
  }
  return { kind: "interface", hasMethods: text.includes("("), methods, embedded };
}

function parseNamedType(p: Parser): GoType {
  const first = p.name("a type");
  const second = p.take(".") ? p.name("a type") : undefined;
  const args: GoType[] = [];
  if (p.is("[") && !p.isEnded && p.after().text !== "]") {
    p.next();
    p.bracketed("]", () => {
      do args.push(parseType(p));
      while (p.take(",") && !p.is("]"));
    });
  }
  return second === undefined ? { kind: "name", name: first, args } : { kind: "name", name: second, pkg: first, args };
}

/** `{ ID string; Name, Nick string }` */
export function parseFields(p: Parser): Field[] {
  p.expect("{");
  return p.unbracketed(() => {
    const fields: Field[] = [];
    while (!p.is("}")) {
      const at = p.token;
      const next = p.after();
      if (at.text === "*" || next.newLine || next.kind === "string" || [".", "}", ";"].includes(next.text)) {
        const type = parseType(p);
        fields.push({ name: embeddedName(type), type, isEmbedded: true });
      } else {
        const names = [p.name("a field")];
        while (p.take(",")) names.push(p.name("a field"));
        const type = parseType(p);
        fields.push(...names.map((name) => ({ name, type, isEmbedded: false })));
      }
      if (p.token.kind === "string" && !p.token.newLine) p.next();
      p.take(";");
    }
    p.next();
    return fields;
  });
}

/** An embedded field goes by the name of its type. */
function embeddedName(type: GoType): string {
  const own = type.kind === "pointer" ? type.element : type;
  return own.kind === "name" ? own.name : "";
}

/** `(a, b int, rest ...string)`; of components with defaults: `(label string = "x")`. */
export function parseParams(p: Parser): Param[] {
  p.expect("(");
  return p.bracketed(")", () => {
    const entries: {
      readonly name: string | undefined;
      readonly type: GoType | undefined;
      readonly variadic: boolean;
      readonly initial: Expr | undefined;
    }[] = [];
    while (!p.is(")")) {
      const isNamed =
        p.token.kind === "name" && !TYPE_WORDS.has(p.token.text) && ![",", ")", ".", "["].includes(p.after().text);
      const isName = p.token.kind === "name" && p.token.text !== "map" && p.after().text === "[" && isSliceAfter(p);
      const name = isNamed || isName ? p.name() : undefined;
      const variadic = p.take("...");
      const type = parseType(p);
      entries.push({ name, type, variadic, initial: p.take("=") ? parseExpr(p) : undefined });
      if (!p.take(",")) break;
    }
    return entries.some((entry) => entry.name !== undefined) ? named(entries) : entries.map(unnamed);
  });
}

/** What a type may begin with, and no name is. */
const TYPE_WORDS: ReadonlySet<string> = new Set(["map", "func", "chan", "struct", "interface"]);

/** Tells `items []T` from `List[T]`. */
function isSliceAfter(p: Parser): boolean {
  const open = p.after();
  const inner = p.after(open);
  if (inner.text === "]") return true;
  const close = p.closeOf(open.start);
  return /^[\w([*]/.test(p.source.slice(close + 1).trimStart());
}

type Entry = {
  readonly name: string | undefined;
  readonly type: GoType | undefined;
  readonly variadic: boolean;
  readonly initial: Expr | undefined;
};

/** In `a, b int` the `a` was read as a type: it is a name, and has the type that follows. */
function named(entries: readonly Entry[]): Param[] {
  const params: Param[] = [];
  let type: GoType | undefined;
  for (const entry of entries.toReversed()) {
    if (entry.name !== undefined)
      type = entry.variadic && entry.type ? { kind: "slice", element: entry.type } : entry.type;
    const name = entry.name ?? (entry.type?.kind === "name" ? entry.type.name : "_");
    params.unshift({ name, type, variadic: entry.variadic, initial: entry.initial });
  }
  return params;
}

function unnamed(entry: Entry): Param {
  const type = entry.variadic && entry.type ? ({ kind: "slice", element: entry.type } as const) : entry.type;
  return { name: "", type, variadic: entry.variadic };
}

export function parseResults(p: Parser): GoType[] {
  return typesOf(parseResultParams(p));
}

/** The same with the names of results that have some. */
export function parseResultParams(p: Parser): Param[] {
  if (p.is("{")) return [];
  if (p.is("(")) return parseParams(p);
  if (p.isEnded || !startsType(p)) return [];
  return [{ name: "", type: parseType(p), variadic: false }];
}

export function typesOf(params: readonly Param[]): GoType[] {
  return params.flatMap((param) => param.type ?? []);
}

/** Results with names are variables, and what a bare `return` gives. */
export function withNamedResults(results: readonly Param[], body: readonly Stmt[], at: number): Stmt[] {
  if (!results.some(({ name }) => name !== "" && name !== "_")) return [...body];
  const values = results.map(({ name }): Expr => {
    const reason = "a bare return of a result without a name is not ported";
    return name === "_" ? { kind: "gap", at, reason, text: "" } : { kind: "name", at, name };
  });
  const declared = results
    .filter(({ name }) => name !== "_")
    .map(({ name, type }): Stmt => {
      return { kind: "var", at, comments: [], names: [name], type, values: [], isConst: false };
    });
  return [...declared, ...withReturns(body, values)];
}

function withReturns(body: readonly Stmt[], values: readonly Expr[]): Stmt[] {
  return body.map((one): Stmt => {
    switch (one.kind) {
      case "return":
        return one.values.length === 0 ? { ...one, values } : one;
      case "if":
        return { ...one, yes: withReturns(one.yes, values), no: one.no && withReturns(one.no, values) };
      case "for":
      case "range":
      case "block":
        return { ...one, body: withReturns(one.body, values) };
      case "switch":
        return { ...one, cases: one.cases.map((own) => ({ ...own, body: withReturns(own.body, values) })) };
      default:
        return one;
    }
  });
}

/** `[T any, K comparable]` */
export function parseTypeParams(p: Parser): TypeParam[] {
  if (!p.take("[")) return [];
  return p.bracketed("]", () => {
    const params: TypeParam[] = [];
    let names: string[] = [];
    while (!p.is("]")) {
      names.push(p.name("a type parameter"));
      if (p.take(",")) continue;
      const start = p.token.start;
      while (!p.is(",") && !p.is("]") && p.token.kind !== "end") p.next();
      const constraint = p.source.slice(start, p.lastEnd);
      params.push(...names.map((name) => ({ name, constraint })));
      names = [];
      p.take(",");
    }
    return params;
  });
}
