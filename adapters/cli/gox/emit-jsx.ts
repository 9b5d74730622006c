import type { Attribute, Child, Element, Expr, GoType } from "./ast.ts";
import { htmlName } from "./attribute-names.ts";
import { tight } from "./code.ts";
import { childrenText, type Piece } from "./emit-children.ts";
import { controlOf } from "./emit-controls.ts";
import { type Env, emit, emitFunc, gapCode, inner, jsxCode, ofOwn } from "./emit-env.ts";
import { emitList, emitLoop } from "./emit-lists.ts";
import { STRING, tsType, underlying } from "./emit-types.ts";
import { imported, walk } from "./scope.ts";
import { dedent, indent, isComponent, list, WIDTH } from "./text.ts";

const HANDLER: GoType = {
  kind: "func",
  results: [],
  params: [{ name: "e", variadic: false, type: { kind: "name", pkg: "gox", name: "Event", args: [] } }],
};
const LIVE_EVENTS = new Set(["click", "submit", "input", "change"]);

/** An element, component or fragment as JSX. @param css - Style objects for the element, at the root of a component. */
export function emitJsx(env: Env, element: Element, css: readonly string[] = []): string {
  const { tag } = element;
  if (/\.Provider$/.test(tag)) return embedded(emitProvider(env, element));
  if (tag === "Suspense" || tag === "ErrorBoundary") return embedded(emitBoundary(env, element));
  if (tag === "markdown") {
    const text = element.children
      .map((child) => (child.kind === "text" ? child.text : ""))
      .join("")
      .trim();
    const reason = "<markdown> is not ported: turn it into HTML on the server, and put that in by unsafeRawHtml";
    env.unit.reporter.gap(element.at, reason);
    return embedded(`/* ${env.unit.reporter.place(element.at)} ${reason}\n${dedent(text).replaceAll("*/", "* /")} */`);
  }
  const key = element.attributes.find(({ name }) => name === "key");
  if (key !== undefined && isComponent(tag))
    return embedded(
      `${imported(env.unit, "busbar/live", "keyed")}(${valueText(env, key)}, () => ${jsxCode(plain(env, element, css)).text})`,
    );
  return plain(env, element, css);
}

/** A value among JSX, where nothing is around it. */
function embedded(code: string): string {
  return code.includes("\n") || code.length > WIDTH - 10 ? `<>\n${indent(`{${code}}`)}\n</>` : `<>{${code}}</>`;
}

function plain(env: Env, element: Element, css: readonly string[]): string {
  const tag = isComponent(element.tag) ? componentName(env, element) : element.tag;
  const types =
    element.typeArgs.length === 0 ? "" : `<${element.typeArgs.map((type) => tsType(env.unit, type)).join(", ")}>`;
  const styles = css.length === 0 ? [] : [`css={${css.length === 1 ? css[0] : `[${css.join(", ")}]`}}`];
  const control = controlOf(env, element);
  const own = control.attributes.flatMap((attribute) => emitAttribute(env, element, attribute));
  const attributes = [...own, ...control.added, ...styles];
  const pieces = [...control.text, ...element.children.flatMap((child) => emitChild(control.env, child))];
  const children = childrenText(pieces);
  const line = attributes.join(" ");
  const isLong = line.includes("\n") || line.length + tag.length > WIDTH - 15;
  const head =
    attributes.length === 0
      ? `<${tag}${types}`
      : isLong
        ? `<${tag}${types}\n${attributes.map(indent).join("\n")}`
        : `<${tag}${types} ${line}`;
  const end = isLong ? "\n" : "";
  if (children === "") return tag === "" ? "<></>" : `${head}${isLong ? "\n" : " "}/>`;
  if (!isLong && !children.includes("\n") && head.length + children.length < WIDTH - 20)
    return `${head}>${children}</${tag}>`;
  return `${head}${end}>\n${indent(childrenText(pieces, true))}\n</${tag}>`;
}

function componentName(env: Env, { tag, at }: Element): string {
  if (env.unit.file.find(tag) !== undefined || tag.includes(".")) return tag;
  env.unit.reporter.note(at, `${tag} is taken from ./${tag}.tsx, where GoX puts a component of that name`);
  return imported(env.unit, `./${tag}.tsx`, tag, false, false);
}

function valueText(env: Env, { value }: Attribute): string {
  if (typeof value === "string") return JSON.stringify(value);
  return value === true ? "true" : emit(env, value).text;
}

function emitAttribute(env: Env, element: Element, attribute: Attribute): string[] {
  const { name, value, at } = attribute;
  if (name === "key") return [];
  if (name === "" && typeof value === "object") return [`{...${spreadText(env, value)}}`];
  if (isComponent(element.tag))
    return [written(name, typeof value === "object" ? thunk(env, value) : value, typeof value === "object")];
  if (/^on[A-Za-z]/.test(name)) return [emitHandler(env, element, attribute)];
  if (name === "ref") return emitRef(env, element, attribute);
  if (name === "style") return [emitStyle(env, attribute)];
  if (name === "dangerouslySetInnerHTML") {
    env.unit.reporter.gap(at, "dangerouslySetInnerHTML is not ported: put unsafeRawHtml(trusted) between the tags");
    return [`/* ${env.unit.reporter.place(at)} dangerouslySetInnerHTML is not ported */`];
  }
  return [written(htmlName(name), typeof value === "object" ? shown(env, value) : value, typeof value === "object")];
}

function written(name: string, value: string | true, isCode = true): string {
  if (value === true) return name;
  if (isCode && typeof value === "string" && /^"[^"\\<>&{}]*"$/.test(value)) return `${name}=${value}`;
  return isCode
    ? `${name}={${value}}`
    : value.includes('"')
      ? `${name}={${JSON.stringify(value)}}`
      : `${name}="${value}"`;
}

function spreadText(env: Env, value: Expr): string {
  const code = emit(env, value);
  return underlying(env.unit, code.type)?.kind === "map" ? `Object.fromEntries(${code.text})` : tight(code);
}

/** In the newer draft, an expression that does something stands where a function is meant. */
function thunk(env: Env, value: Expr): string {
  const code = emit(env, value);
  return code.isVoid ? `() => ${code.text}` : code.text;
}

function emitHandler(env: Env, element: Element, { name, value, at }: Attribute): string {
  const { unit } = env;
  const event = name.slice(2).toLowerCase();
  if (!LIVE_EVENTS.has(event)) {
    const reason = `${name} is not ported: live views hear click, submit, input and change`;
    unit.reporter.gap(at, reason);
    return `/* ${unit.reporter.place(at)} ${reason} */`;
  }
  if (typeof value !== "object") {
    unit.reporter.gap(at, `${name} needs a function`);
    return `/* ${unit.reporter.place(at)} ${name} needs a function */`;
  }
  if (event === "click" && /^(?:input|select|textarea|option|li|meter|progress)$/.test(element.tag)) {
    unit.reporter.note(
      at,
      `a bound click takes the name and value of <${element.tag}>: put a <button> there, or use onChange`,
    );
  }
  const code = value.kind === "func" ? emitFunc(env, value, HANDLER, false) : emit(env, value);
  const handler = code.isVoid ? `() => ${code.text}` : code.text;
  return `{...${ofOwn(env, "on")}.${event}(${handler}${code.isVoid ? "" : handlerName(env, value)})}`;
}

/** Handlers a function makes look alike: where one render has several of one, each gets a name of its own. */
function handlerName(env: Env, value: Expr): string {
  if (value.kind !== "call" || env.component === undefined) return "";
  const made = emit(env, value.callee).text;
  const count = (env.component.handlers.get(made) ?? 0) + 1;
  env.component.handlers.set(made, count);
  return count === 1 ? "" : `, ${JSON.stringify(`${count}`)}`;
}

function emitRef(env: Env, element: Element, { value, at }: Attribute): string[] {
  const binding = typeof value === "object" && value.kind === "name" ? env.scope.find(value.name) : undefined;
  if (binding?.kind !== "element") {
    env.unit.reporter.gap(at, "ref is ported for gox.UseRef[js.Value] alone: the element is in the browser");
    return [`/* ${env.unit.reporter.place(at)} ref is not ported */`];
  }
  const own = element.attributes.find(({ name }) => name === "id");
  if (own === undefined) return [`id={${binding.code}.id}`];
  env.unit.reporter.gap(at, "an element with both ref and id is not ported: leave out the id");
  return [`/* ${env.unit.reporter.place(at)} ref is not ported beside an id */`];
}

/** Text becomes declarations: styles are checked one by one. */
function emitStyle(env: Env, { value, at }: Attribute): string {
  const { unit } = env;
  const styles = imported(unit, "busbar/html", "styles");
  if (typeof value === "object") {
    const code = emit(env, value);
    const type = underlying(unit, code.type);
    if (type === STRING || (type?.kind === "name" && type.name === "string"))
      return `style={${gapCode(env, at, "a style made of text is not ported: use a map").text}}`;
    return `style={${styles}(${type?.kind === "map" ? `Object.fromEntries(${code.text})` : code.text})}`;
  }
  const declarations = (value === true ? "" : value).split(";").flatMap((part) => {
    const colon = part.indexOf(":");
    if (colon < 0) return [];
    const name = part.slice(0, colon).trim();
    const key = name.startsWith("--")
      ? JSON.stringify(name)
      : name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    return [`${key}: ${JSON.stringify(part.slice(colon + 1).trim())}`];
  });
  return `style={${styles}(${list("{", declarations, "}", true)})}`;
}

/** One child, as pieces of text and code. */
function emitChild(env: Env, child: Child): Piece[] {
  switch (child.kind) {
    case "text":
      return [{ kind: "text", text: child.text }];
    case "note":
      return [{ kind: "code", text: `{/* ${child.text.replaceAll("*/", "* /")} */}` }];
    case "element": {
      const text = emitJsx(env, child);
      const isValue = /^<>\s*\{/.test(text) && child.tag !== "";
      return [{ kind: "code", text: isValue ? unwrapped(text) : text }];
    }
    case "each":
      return [{ kind: "code", text: `{${emitLoop(env, child)}}` }];
    case "choice": {
      const [yes, no] = [child.yes, child.no].map((part) => jsxCode(fragmentText(inner(env), part)).text);
      const test = emit(env, child.test);
      return [
        {
          kind: "code",
          text: child.no.length === 0 ? `{${tight(test, 5)} && ${yes}}` : `{${tight(test, 4)} ? ${yes} : ${no}}`,
        },
      ];
    }
    case "hole":
      return [{ kind: "code", text: `{${placed(env, child.value, emitHole(env, child.value))}}` }];
  }
}

/** The value of a `<>{value}</>`, in braces. */
function unwrapped(text: string): string {
  return text
    .replace(/^<>\s*/, "")
    .replace(/\s*<\/>$/, "")
    .replaceAll("\n  ", "\n");
}

function emitHole(env: Env, value: Expr): string {
  return emitList(env, value) ?? shown(env, value);
}

/** A value of a type parameter may be anything: Go prints it as text. */
function shown(env: Env, value: Expr): string {
  const { text, type } = emit(env, value);
  const isOpen = type?.kind === "name" && env.component?.typeParams.has(type.name) === true;
  return isOpen ? `String(${text})` : text;
}

/** A component that stands in a render twice needs a place of its own where it may be absent, or the other would take its state. */
function placed(env: Env, value: Expr, code: string): string {
  const { component, unit } = env;
  if (component === undefined || value.kind === "call") return code;
  let isShared = false;
  walk(value, (node) => {
    const { kind, tag } = node as { kind?: string; tag?: string }; // cast: any node may be asked
    if (kind === "element" && tag !== undefined && isComponent(tag) && (component.children.get(tag) ?? 0) > 1)
      isShared = true;
    return undefined;
  });
  return isShared ? `${imported(unit, "busbar/live", "keyed")}("${++component.places}", () => ${code})` : code;
}

/** Children as one node. */
export function fragmentText(env: Env, children: readonly Child[]): string {
  const real = children.filter((child) => child.kind !== "text" || child.text.trim() !== "");
  const [only] = real;
  if (real.length === 1 && only?.kind === "element") return emitJsx(env, only);
  return emitJsx(env, { kind: "element", at: only?.at ?? 0, tag: "", typeArgs: [], attributes: [], children });
}

function emitProvider(env: Env, element: Element): string {
  const { unit } = env;
  const key = element.tag.slice(0, -".Provider".length);
  const attribute = element.attributes.find(({ name }) => name === "value");
  const value =
    attribute === undefined ? gapCode(env, element.at, `${element.tag} needs a value`).text : valueText(env, attribute);
  const code = emit(env, { kind: "name", at: element.at, name: key }).text;
  const children = jsxCode(fragmentText(env, element.children)).text;
  return `${imported(unit, "busbar/html", "provide")}(${code}, ${value}, () => ${children})`;
}

function emitBoundary(env: Env, element: Element): string {
  const fallback = element.attributes.find(({ name }) => name === "fallback");
  const children = jsxCode(fragmentText(env, element.children)).text;
  const option = element.tag === "Suspense" ? "pending" : "failed";
  const value = fallback === undefined ? "null" : valueText(env, fallback);
  return `${imported(env.unit, "busbar/html", "boundary")}(() => ${children}, { ${option}: ${option === "failed" ? `() => ${value}` : value} })`;
}
