import type { Case, Expr, FuncLiteral, GoType, Stmt } from "./ast.ts";
import { emitAssign } from "./emit-assign.ts";
import { emitDefine, isMadeHereLater } from "./emit-define.ts";
import { type Env, emit, gapCode, inner } from "./emit-env.ts";
import { BOOL, INT, isNamed, tsType, UNTYPED, underlying } from "./emit-types.ts";
import { type Code, tight } from "./packages.ts";
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
      return emitFor(env, statement, results);
    case "range":
      return [emitRange(env, statement, results)];
    case "switch":
      return withInit(env, statement.init, results, (own) => [emitSwitch(own, statement, results)]);
    case "return":
      return [emitReturn(env, statement, results)];
    case "jump":
      return statement.word === "fallthrough"
        ? [`${gapCode(env, statement.at, "fallthrough is not ported").text};`]
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

function emitFor(env: Env, statement: Extract<Stmt, { kind: "for" }>, results: readonly GoType[]): string[] {
  const own = inner(env);
  const test = (): string => (statement.test === undefined ? "true" : emit(own, statement.test).text);
  if (statement.init === undefined && statement.post === undefined) {
    return [block(`while (${test()}) `, emitStatements(inner(own), statement.body, results))];
  }
  const { body } = statement;
  const all = [...(statement.init ? [statement.init] : []), ...(statement.post ? [statement.post] : []), ...body];
  const init = statement.init === undefined ? "" : oneDeclaration(emitStatement(own, statement.init, all, 0, results));
  const post =
    statement.post === undefined
      ? ""
      : emitStatement(own, statement.post, all, 1, results).join(", ").replaceAll(";", "");
  return [block(`for (${init}; ${test()}; ${post}) `, emitStatements(inner(own), statement.body, results))];
}

/** The head of a loop holds one declaration: where one of its variables changes, all are declared by `let`. */
function oneDeclaration(lines: readonly string[]): string {
  const parts = lines.map((line) => line.replace(/;$/, ""));
  if (!parts.some((part) => /^(?:let|const) /.test(part))) return parts.join(", ");
  const word = parts.some((part) => part.startsWith("let ")) ? "let " : "const ";
  return word + parts.map((part) => part.replace(/^(?:let|const) /, "").replace(/^void /, "_ = ")).join(", ");
}

function emitRange(env: Env, statement: Extract<Stmt, { kind: "range" }>, results: readonly GoType[]): string {
  const { unit } = env;
  const own = inner(env);
  const { index, item } = statement;
  const list = emit(env, statement.list);
  const type = underlying(unit, list.type);
  const assigned = assignedIn(statement.body);
  const word = assigned.has(index) || assigned.has(item) ? "let" : "const";
  const bind = (name: string, of: GoType | undefined): string => {
    own.scope.set(name, { kind: "value", code: safeName(name), type: of });
    return safeName(name);
  };
  const body = (): string[] => emitStatements(inner(own), statement.body, results);
  if (isNamed(unit, type, "int") || type === UNTYPED) {
    return emitCount(env, own, statement, list, bind, body);
  }
  if (type?.kind === "map") {
    const [key, value] = [index === "_" ? "" : bind(index, type.key), item === "_" ? "" : bind(item, type.value)];
    if (value === "") return block(`for (${word} ${key === "" ? "_key" : key} of ${tight(list)}.keys()) `, body());
    return key === ""
      ? block(`for (${word} ${value} of ${tight(list)}.values()) `, body())
      : block(`for (${word} [${key}, ${value}] of ${list.text}) `, body());
  }
  const isText = isNamed(unit, type, "string");
  if (isText && index !== "_")
    unit.reporter.note(statement.at, "the index counts characters here, bytes in Go: they differ outside ASCII");
  const source = isText ? `Array.from(${list.text}, (char) => char.codePointAt(0) ?? 0)` : tight(list);
  const element = isText ? INT : type?.kind === "slice" ? type.element : undefined;
  const [at, value] = [index === "_" ? "" : bind(index, INT), item === "_" ? "" : bind(item, element)];
  if (at === "" && value === "") return block(`for (const _ of ${source}) `, body());
  if (at === "") return block(`for (${word} ${value} of ${source}) `, body());
  if (value === "") return block(`for (${word} ${at} of ${source}.keys()) `, body());
  return block(`for (${word} [${at}, ${value}] of ${source}.entries()) `, body());
}

/** `for i := range n`: how far it goes is settled before, and what the body does to `i` is gone at the next turn. */
function emitCount(
  env: Env,
  own: Env,
  { index, list, body }: Extract<Stmt, { kind: "range" }>,
  count: Code,
  bind: (name: string, of: GoType | undefined) => string,
  lines: () => string[],
): string {
  const assigned = assignedIn(body);
  const name = index === "_" ? freshName(env.scope, "i") : bind(index, INT);
  const turn = assigned.has(index) ? freshName(own.scope, `${name}At`) : name;
  const end = list.kind === "number" ? undefined : freshName(own.scope, "end");
  const head =
    end === undefined
      ? `${turn} = 0; ${turn} < ${tight(count, 11)}`
      : `${turn} = 0, ${end} = ${count.text}; ${turn} < ${end}`;
  const first = turn === name ? [] : [`let ${name} = ${turn};`];
  return block(`for (let ${head}; ${turn}++) `, [...first, ...lines()]);
}

function emitSwitch(env: Env, statement: Extract<Stmt, { kind: "switch" }>, results: readonly GoType[]): string {
  const { subject, cases } = statement;
  if (subject === undefined && !cases.some(({ body }) => breaks(body))) return emitChain(env, cases, results);
  const value = subject === undefined ? TRUE : emit(env, subject);
  const parts = cases.map(({ tests, body }) => {
    const labels = tests.length === 0 ? ["default"] : tests.map((test) => `case ${emit(env, test, value.type).text}`);
    const lines = emitStatements(inner(env), body, results);
    const last = body[body.length - 1];
    if (last?.kind !== "return" && last?.kind !== "jump") lines.push("break;");
    const declares = body.some(({ kind }) => kind === "define" || kind === "var");
    const head = labels.map((label) => `${label}:`).join("\n");
    return declares
      ? block(`${head} `, lines)
      : `${head}\n${lines.map((line) => `  ${line.replaceAll("\n", "\n  ")}`).join("\n")}`;
  });
  return block(`switch (${value.text}) `, parts);
}

const TRUE: Code = { text: "true", level: 20, type: BOOL };

/** Whether a `break` in the statements leaves the switch they stand in. */
function breaks(statements: readonly Stmt[]): boolean {
  return statements.some((one) => {
    if (one.kind === "jump") return one.word === "break";
    if (one.kind === "block") return breaks(one.body);
    return one.kind === "if" && (breaks(one.yes) || (one.no !== undefined && breaks(one.no)));
  });
}

/** A switch without a subject is a chain of conditions, where no `break` leaves it. */
function emitChain(env: Env, cases: readonly Case[], results: readonly GoType[]): string {
  const tested = cases.filter(({ tests }) => tests.length > 0);
  const rest = cases.find(({ tests }) => tests.length === 0);
  const parts = tested.map(({ tests, body }) => {
    const isOne = tests.length === 1;
    const test = tests.map((one) => (isOne ? emit(env, one).text : tight(emit(env, one), 5))).join(" || ");
    return block(`if (${test}) `, emitStatements(inner(env), body, results));
  });
  if (rest !== undefined) parts.push(block("", emitStatements(inner(env), rest.body, results)).trimStart());
  return parts.join(" else ");
}

function emitReturn(env: Env, statement: Extract<Stmt, { kind: "return" }>, results: readonly GoType[]): string {
  const { values } = statement;
  if (values.length === 0) return "return;";
  const texts = values.map((value, i) => emit(env, value, results[i]).text);
  if (values.length > 1) return `return [${texts.join(", ")}];`;
  return `return ${texts[0]};`;
}
