import type { Child, Element, Expr, FuncLiteral, Stmt } from "./ast.ts";
import { type Env, emit, emitFunc, fragmentText, inner, jsxCode } from "./emit-env.ts";
import { INT, underlying } from "./emit-types.ts";
import { imported, namesIn, walk } from "./scope.ts";
import { isComponent, list, safeName } from "./text.ts";

/**
 * `items.map(func(item T, i int) *gox.VNode { ... })` as a keyed list; `undefined` for anything else.
 * @param isMarkup - Only where the function makes markup; else its results may be wanted as a slice.
 */
export function emitList(env: Env, value: Expr, isMarkup = false): string | undefined {
  if (value.kind !== "call" || value.callee.kind !== "select" || !/^[mM]ap$/.test(value.callee.name)) return undefined;
  const [func] = value.args;
  if (func?.kind !== "func" || (isMarkup && !makesMarkup(func))) return undefined;
  const source = emit(env, value.callee.target);
  const type = underlying(env.unit, source.type);
  const element = type?.kind === "slice" ? type.element : undefined;
  const params = func.params.map((param, index) => ({ ...param, type: param.type ?? (index === 0 ? element : INT) }));
  const { key, body } = takeKey(func);
  const own = inner(env);
  const row = emitFunc(own, { ...func, params, body }, undefined, false);
  const names = params.map(({ name }) => safeName(name));
  const untyped = row.text.replace(
    /^\([^=]*?\)(?=(?:: [^=]+)? =>)/,
    () => `(${usedParams(names, namesWritten(body))})`,
  );
  return rowsCall(env, source.text, keyText(env, { ...func, params }, key), untyped, needsIdentity(body));
}

function makesMarkup({ body }: FuncLiteral): boolean {
  let found = false;
  walk(body, ({ kind }) => {
    if (kind === "element") found = true;
    return !found;
  });
  return found;
}

/** The newer draft's `for` among elements. */
export function emitLoop(env: Env, loop: Extract<Child, { kind: "each" }>): string {
  const source = emit(env, loop.list);
  const type = underlying(env.unit, source.type);
  const own = inner(env);
  own.scope.set(loop.index, { kind: "value", code: safeName(loop.index), type: INT });
  own.scope.set(loop.item, {
    kind: "value",
    code: safeName(loop.item),
    type: type?.kind === "slice" ? type.element : undefined,
  });
  const [only] = loop.children;
  const at = only?.kind === "element" ? only.attributes.find(({ name }) => name === "key") : undefined;
  const stripped = loop.children.map((child) => (child.kind === "element" ? withoutKey(child) : child));
  const names = [loop.item, loop.index].map((name, i) =>
    name === "_" ? (["_item", "index"][i] as string) : safeName(name),
  ); // cast: two names
  const key =
    typeof at?.value === "object"
      ? `(${usedParams(names, namesIn(at.value))}) => ${emit(own, at.value).text}`
      : `(_item, index) => index`;
  const row = `(${usedParams(names, namesIn(loop.children))}) => ${jsxCode(fragmentText(own, stripped)).text}`;
  return rowsCall(env, source.text, key, row, needsIdentity(loop.children));
}

function rowsCall(env: Env, source: string, key: string, row: string, isLive: boolean): string {
  const name = isLive ? imported(env.unit, "busbar/live", "rows") : imported(env.unit, "busbar/html", "each");
  return `${name}${list("(", [source, key, row], ")")}`;
}

/** Components keep state and handlers by row. */
function needsIdentity(node: unknown): boolean {
  let found = false;
  walk(node, (one) => {
    const { kind, tag, name } = one as { kind?: string; tag?: string; name?: string }; // cast: any node may be asked
    if (kind === "element" && tag !== undefined && isComponent(tag)) found = true;
    if (kind === undefined && name !== undefined && /^on[A-Za-z]/.test(name)) found = true;
    return !found;
  });
  return found;
}

/** The names in what is written: the key of an element, unlike that of a component, is not. */
function namesWritten(node: unknown, names: Set<string> = new Set()): ReadonlySet<string> {
  walk(node, (found) => {
    const { kind, name, tag, attributes, children } = found as Partial<Omit<Element, "kind">> & {
      kind?: string;
      name?: string;
    }; // cast: any node may be asked
    if (kind === "name" && name !== undefined) names.add(name);
    if (kind !== "element" || tag === undefined || isComponent(tag)) return undefined;
    namesWritten([attributes?.filter((attribute) => attribute.name !== "key"), children], names);
    return false;
  });
  return names;
}

/** Parameters that are used, and those before them. */
function usedParams(names: readonly string[], used: ReadonlySet<string>): string {
  let last = names.length - 1;
  while (last >= 0 && !used.has(names[last] ?? "")) last--;
  return names
    .slice(0, last + 1)
    .map((name) => (used.has(name) ? name : `_${name.replace(/^_/, "")}`))
    .join(", ");
}

function withoutKey(element: Element): Element {
  return { ...element, attributes: element.attributes.filter(({ name }) => name !== "key") };
}

/** The key of the element a row returns, and the body without it. */
function takeKey(func: FuncLiteral): { key: Expr | undefined; body: readonly Stmt[] } {
  const last = func.body[func.body.length - 1];
  const root = last?.kind === "return" ? last.values[0] : undefined;
  if (last?.kind !== "return" || root?.kind !== "element") return { key: undefined, body: func.body };
  const attribute = root.attributes.find(({ name }) => name === "key");
  const key = typeof attribute?.value === "object" ? attribute.value : undefined;
  return { key, body: [...func.body.slice(0, -1), { ...last, values: [withoutKey(root)] }] };
}

/** Keys are made of the item and its index alone; else the index is the key, as it is without one. */
function keyText(env: Env, func: FuncLiteral, key: Expr | undefined): string {
  const own = inner(env);
  for (const { name, type } of func.params) own.scope.set(name, { kind: "value", code: safeName(name), type });
  const locals = new Set(func.body.flatMap((one) => (one.kind === "define" || one.kind === "var" ? one.names : [])));
  const names = func.params.map(({ name }) => safeName(name));
  if (key === undefined || [...namesIn(key)].some((name) => locals.has(name))) return "(_item, index) => index";
  return `(${usedParams(names, namesIn(key))}) => ${emit(own, key).text}`;
}
