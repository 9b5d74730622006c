import type { GoType, Stmt } from "./ast.ts";
import { type Code, tight } from "./code.ts";
import { emitAssign } from "./emit-assign.ts";
import { emitDefine } from "./emit-define.ts";
import { type Env, emit, emitInner, inner } from "./emit-env.ts";
import { copiesOf } from "./emit-promoted.ts";
import { INT, isNamed, UNTYPED, underlying } from "./emit-types.ts";
import { assignedIn, freshName } from "./scope.ts";
import { block, safeName } from "./text.ts";

/** `for` with a condition, three parts or nothing. */
export function emitFor(env: Env, statement: Extract<Stmt, { kind: "for" }>, results: readonly GoType[]): string {
  const own = inner(env);
  const test = (): string => (statement.test === undefined ? "true" : emit(own, statement.test).text);
  if (statement.init === undefined && statement.post === undefined) {
    return block(`while (${test()}) `, emitInner(own, statement.body, results));
  }
  const { body } = statement;
  const all = [...(statement.init ? [statement.init] : []), ...(statement.post ? [statement.post] : []), ...body];
  const init = statement.init === undefined ? "" : oneDeclaration(emitSimple(own, statement.init, all, 0));
  const post =
    statement.post === undefined ? "" : emitSimple(own, statement.post, all, 1).join(", ").replaceAll(";", "");
  return block(`for (${init}; ${test()}; ${post}) `, emitInner(own, statement.body, results));
}

/** What may stand in the head of a loop. */
function emitSimple(env: Env, statement: Stmt, all: readonly Stmt[], index: number): string[] {
  if (statement.kind === "define" || statement.kind === "var") return emitDefine(env, statement, all, index);
  if (statement.kind === "assign") return emitAssign(env, statement);
  return statement.kind === "expr" ? [`${emit(env, statement.value).text};`] : [];
}

/** The head of a loop holds one declaration: where one of its variables changes, all are declared by `let`. */
function oneDeclaration(lines: readonly string[]): string {
  const parts = lines.map((line) => line.replace(/;$/, ""));
  if (!parts.some((part) => /^(?:let|const) /.test(part))) return parts.join(", ");
  const word = parts.some((part) => part.startsWith("let ")) ? "let " : "const ";
  return word + parts.map((part) => part.replace(/^(?:let|const) /, "").replace(/^void /, "_ = ")).join(", ");
}

/** `for … range` over what there is. */
export function emitRange(env: Env, statement: Extract<Stmt, { kind: "range" }>, results: readonly GoType[]): string {
  const { unit } = env;
  const own = inner(env);
  const { index, item } = statement;
  const list = emit(env, statement.list);
  const type = underlying(unit, list.type);
  const assigned = assignedIn(statement.body);
  const element = type?.kind === "map" ? type.value : type?.kind === "slice" ? type.element : undefined;
  const copies = copiesOf(unit, [{ name: item, type: element }], statement.body);
  const word = assigned.has(index) || assigned.has(item) || copies.length > 0 ? "let" : "const";
  const bind = (name: string, of: GoType | undefined): string => {
    own.scope.set(name, { kind: "value", code: safeName(name), type: of });
    return safeName(name);
  };
  const body = (): string[] => [...copies, ...emitInner(own, statement.body, results)];
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
  const [at, value] = [index === "_" ? "" : bind(index, INT), item === "_" ? "" : bind(item, isText ? INT : element)];
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
