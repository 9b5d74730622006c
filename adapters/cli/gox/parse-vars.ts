import type { Expr, Stmt } from "./ast.ts";
import { parseType } from "./parse-types.ts";
import { type Parser, parseExprList } from "./parser.ts";

type Var = Extract<Stmt, { kind: "var" }>;

/** `var a, b int = 1, 2`, `const X = 1`, or a group of these: a constant without a value repeats the one above it, with the next `iota`. */
export function parseVars(p: Parser): Var[] {
  const { start: at, comments, text } = p.next();
  const isConst = text === "const";
  if (!p.take("(")) return [numbered(parseSpec(p, { at, comments }, isConst), 0)];
  const list: Var[] = [];
  let last: Var | undefined;
  p.unbracketed(() => {
    while (!p.is(")")) {
      const spec = parseSpec(p, { at: p.token.start, comments: p.token.comments }, isConst);
      if (spec.values.length > 0) last = spec;
      const { type, values } = isConst && spec.values.length === 0 && last !== undefined ? last : spec;
      list.push(numbered({ ...spec, type: spec.type ?? type, values }, list.length));
      p.take(";");
    }
  });
  p.next();
  return list;
}

function parseSpec(p: Parser, base: Pick<Var, "at" | "comments">, isConst: boolean): Var {
  const names = [p.name()];
  while (p.take(",")) names.push(p.name());
  const ends = (): boolean => p.token.newLine || p.is(";") || p.is(")") || p.is("}");
  const type = p.is("=") || ends() ? undefined : parseType(p);
  return { ...base, kind: "var", names, type, values: p.take("=") ? parseExprList(p) : [], isConst };
}

function numbered(spec: Var, iota: number): Var {
  return spec.isConst ? { ...spec, values: spec.values.map((value) => withIota(value, iota)) } : spec;
}

function withIota(value: Expr, iota: number): Expr {
  if (value.kind === "name" && value.name === "iota") return { kind: "number", at: value.at, text: String(iota) };
  if (value.kind === "binary")
    return { ...value, left: withIota(value.left, iota), right: withIota(value.right, iota) };
  if (value.kind === "unary") return { ...value, operand: withIota(value.operand, iota) };
  if (value.kind === "call") return { ...value, args: value.args.map((arg) => withIota(arg, iota)) };
  return value;
}
