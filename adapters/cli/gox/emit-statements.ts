import type { Expr, FuncLiteral, GoType, Stmt } from "./ast.ts";
import { emitAssign } from "./emit-assign.ts";
import { emitDefine, isMadeHereLater } from "./emit-define.ts";
import { type Env, emit, gapCode, inner } from "./emit-env.ts";
import { emitFor, emitRange } from "./emit-loops.ts";
import { copied } from "./emit-promoted.ts";
import { emitSwitch } from "./emit-switch.ts";
import { tsType } from "./emit-types.ts";
import { assignedIn, freshName, helper } from "./scope.ts";
import { asComment, block, commentLines, dedent, safeName, WIDTH } from "./text.ts";

/** The body of a function: an expression where one is enough, else a block. */
export function emitBody(env: Env, func: FuncLiteral, first: readonly string[] = []): string {
  const [only] = func.body;
  if (first.length === 0 && func.body.length === 1 && only !== undefined && only.comments.length === 0) {
    if (only.kind === "return" && only.values.length === 1) {
      const value = emit(env, only.values[0] as Expr, func.results[0]); // cast: there is one
      return value.text.startsWith("{") ? `(${value.text})` : value.text;
    }
    if (only.kind === "expr") {
      const value = emit(env, only.value);
      if (value.isVoid && !value.text.startsWith("/*") && value.text.length < WIDTH && !value.text.includes("\n"))
        return value.text;
    }
    // The set of a signal gives nothing, that of a map the map: no arrow of `void` is that.
    const isName = only.kind === "assign" && only.targets.every(({ kind }) => kind === "name");
    const assigned = isName ? emitStatements(env, func.body, func.results) : [];
    if (assigned.length === 1 && /^[\w.]+\.set\(.*\);$/.test(assigned[0] as string))
      return (assigned[0] as string).slice(0, -1); // casts: there is one
  }
  return block("", [...first, ...emitStatements(env, func.body, func.results)]).trimStart();
}

/** Statements as lines; each entry may hold several. */
export function emitStatements(env: Env, statements: readonly Stmt[], results: readonly GoType[] = []): string[] {
  const out: string[] = [];
  for (let index = 0; index < statements.length; index++) {
    const statement = statements[index] as Stmt; // cast: the index is inside
    out.push(...commentLines(statement.comments));
    const copied = copyOf(env, statement, statements[index + 1], statements.slice(index + 2));
    if (copied === undefined) out.push(...emitStatement(env, statement, statements, index, results));
    else {
      out.push(copied);
      index++;
    }
  }
  return out;
}

/** `b := make([]T, len(a))` and `copy(b, a)` are one copy. */
function copyOf(env: Env, made: Stmt, copied: Stmt | undefined, rest: readonly Stmt[]): string | undefined {
  if (made.kind !== "define" || copied?.kind !== "expr" || copied.value.kind !== "call") return undefined;
  const [value] = made.values;
  const [to, from] = copied.value.args;
  const isMake =
    value?.kind === "call" && value.callee.kind === "name" && value.callee.name === "make" && value.args.length === 2;
  const isCopy = copied.value.callee.kind === "name" && copied.value.callee.name === "copy";
  const size = isMake ? value.args[1] : undefined;
  if (!isCopy || size?.kind !== "call" || size.callee.kind !== "name" || size.callee.name !== "len") return undefined;
  const source = size.args[0];
  if (
    to?.kind !== "name" ||
    from?.kind !== "name" ||
    source?.kind !== "name" ||
    source.name !== from.name ||
    to.name !== made.names[0]
  )
    return undefined;
  const code = declare(env, to.name);
  const list = emit(env, from);
  const isOwn = isMadeHereLater(rest, to.name);
  env.scope.set(to.name, { kind: "value", code, type: list.type, ...(isOwn && { isWritable: true }) });
  const word = assignedIn(rest).has(to.name) ? "let" : "const";
  return `${word} ${code}${isOwn ? "" : `: ${tsType(env.unit, list.type)}`} = [...${list.text}];`;
}

function declare(env: Env, name: string): string {
  return env.scope.names.has(name) ? freshName(env.scope, safeName(name)) : safeName(name);
}

function emitStatement(
  env: Env,
  statement: Stmt,
  all: readonly Stmt[],
  index: number,
  results: readonly GoType[],
): string[] {
  switch (statement.kind) {
    case "expr": {
      const value = emit(env, statement.value);
      return [
        value.text.startsWith("/*") ? value.text : `${value.text.startsWith("{") ? `(${value.text})` : value.text};`,
      ];
    }
    case "define":
    case "var":
      return emitDefine(env, statement, all, index);
    case "assign":
      return emitAssign(env, statement);
    case "if":
      return withInit(env, statement.init, results, (own) => [emitIf(own, statement, results)]);
    case "for":
      return [emitFor(env, statement, results)];
    case "range":
      return [emitRange(env, statement, results)];
    case "switch":
      return withInit(env, statement.init, results, (own) => [emitSwitch(own, statement, results)]);
    case "return":
      return [emitReturn(env, statement, results)];
    case "jump":
      return statement.word === "fallthrough"
        ? [`${gapCode(env, statement.at, "fallthrough stands only at the end of a case").text};`]
        : [`${statement.word};`];
    case "block":
      return [block("", emitStatements(inner(env), statement.body, results)).trimStart()];
    case "cleanup":
      return [`${gapCode(env, statement.at, "cleanup stands only in effects").text};`];
    case "gap":
      return [gapLines(env, statement.at, statement.reason, statement.text)];
  }
}

/** The Go that was not ported, in comments, and something that throws when it is reached. */
export function gapLines(env: Env, at: number, reason: string, text: string): string {
  const place = `${env.unit.reporter.place(at)} ${reason}`;
  return `${asComment(dedent(text))}\n${helper(env.unit, "notPorted")}(${JSON.stringify(place)});`;
}

/** What an `if` or `switch` declares in its head lives in a block around it. */
function withInit(
  env: Env,
  init: Stmt | undefined,
  results: readonly GoType[],
  lines: (own: Env) => string[],
): string[] {
  if (init === undefined) return lines(env);
  const own = inner(env);
  const first = emitStatements(own, [init], results);
  return [block("", [...first, ...lines(own)]).trimStart()];
}

function emitIf(env: Env, statement: Extract<Stmt, { kind: "if" }>, results: readonly GoType[]): string {
  const yes = block(`if (${emit(env, statement.test).text}) `, emitStatements(inner(env), statement.yes, results));
  const { no } = statement;
  if (no === undefined) return yes;
  const [only] = no;
  if (no.length === 1 && only?.kind === "if" && only.init === undefined)
    return `${yes} else ${emitIf(env, only, results)}`;
  return `${yes} ${block("else ", emitStatements(inner(env), no, results))}`;
}

function emitReturn(env: Env, statement: Extract<Stmt, { kind: "return" }>, results: readonly GoType[]): string {
  const { values } = statement;
  if (values.length === 0) return "return;";
  const texts = values.map((value, i) => copied(env.unit, value, emit(env, value, results[i])));
  if (values.length > 1) return `return [${texts.join(", ")}];`;
  return `return ${texts[0]};`;
}
