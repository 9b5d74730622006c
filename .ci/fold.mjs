// What the minifier leaves because it cannot know, or because it asks for one thing at a time. For squeeze.mjs, which shortens what comes out. None of it
// changes what a script does:
// - What is declared first in a function may be a parameter with a default, where nothing calls it with more than it takes.
// - What ends a function early may be a condition for the rest of it.
// - What is another name for something has that name.
// - What is done between two declarations may be done by the second.
// - A function whose value nobody reads may have one.
import MagicString from "magic-string";
import { parseAst } from "rollup/parseAst";
import { variablesOf } from "./names.mjs";

/** The same script, a little shorter; each of its variables has a name of its own. */
export function folded(code) {
  let now = apart(code);
  for (const rule of [named, endedEarly, parameters, merged, valued, listed])
    for (let next = now; next !== undefined; next = applied(rule, now)) now = next;
  return now;
}

const LIST_WORDS = 9;

/** `["a","b"]` becomes `"a b".split` and a space, where there are many. */
function listed(node, { text }) {
  if (node.type !== "ArrayExpression" || node.elements.length < LIST_WORDS) return false;
  const words = node.elements.map((one) => (one?.type === "Literal" ? one.value : undefined));
  if (!words.every((one) => typeof one === "string" && /^\w+$/.test(one))) return false;
  text.overwrite(node.start, node.end, `"${words.join(" ")}".split\` \``);
  return true;
}

/** The code after one use of a rule; undefined where there is none left. */
function applied(rule, code) {
  const ast = parseAst(code);
  const text = new MagicString(code);
  const places = new Map();
  for (const { places: all } of variablesOf(ast).variables) for (const { node } of all) places.set(node, all);
  const parents = new Map();
  let isDone = false;
  walk(ast, (node, parent) => parents.set(node, parent));
  walk(ast, (node) => {
    isDone ||= rule(node, { text, code: (part) => code.slice(part.start, part.end), parents, places }) === true;
  });
  return isDone ? text.toString() : undefined;
}

/** Names that nothing hides. */
function apart(code) {
  const text = new MagicString(code);
  const { variables, globals } = variablesOf(parseAst(code));
  let last = 0;
  for (const { places } of variables) {
    let name = places[0].node.name;
    do name = `$${last++}`;
    while (globals.has(name));
    for (const { node } of places)
      text.overwrite(node.start, node.end, node.isShorthand ? `${node.name}:${name}` : name);
  }
  return text.toString();
}

/** What is another name for something has that name. */
function named(node, { text, parents, places }) {
  const { id, init } = node;
  const isWritten = (one) =>
    places
      .get(one)
      .some(
        ({ node: place }) =>
          (parents.get(place).left === place && /^(Assign|For)/.test(parents.get(place).type)) ||
          parents.get(place).type === "UpdateExpression",
      );
  if (
    node.type !== "VariableDeclarator" ||
    init?.type !== "Identifier" ||
    id.type !== "Identifier" ||
    !places.has(init)
  )
    return false;
  if (isWritten(id) || isWritten(init)) return false;
  const list = parents.get(node).declarations;
  const i = list.indexOf(node);
  if (!i) return false;
  text.remove(list[i - 1].end, node.end);
  for (const { node: place } of places.get(id))
    if (place !== id)
      text.overwrite(place.start, place.end, place.isShorthand ? `${place.name}:${init.name}` : init.name);
  return true;
}

/** `if(a)return;b` becomes `if(!a){b}`. */
function endedEarly(node, { text, code, parents }) {
  if (node.type !== "IfStatement" || node.alternate) return false;
  const { consequent: end } = node;
  const body = parents.get(node);
  if (end.type !== "ReturnStatement" || end.argument) return false;
  if (body.type !== "BlockStatement" || !/Function/.test(parents.get(body).type) || body.body.at(-1) === node)
    return false;
  text.overwrite(node.start, node.end, `if(${negated(node.test, code).text}){`).appendLeft(body.end, "}");
  return true;
}

const isLow = (kind) => /^(Conditional|Assignment|Sequence|ArrowFunction|Yield)/.test(kind);
const kindOf = ({ type, operator }) => (type === "LogicalExpression" ? operator : type);

/** The opposite of a condition, and what kind of expression that is. */
function negated(node, code) {
  const { type, operator } = node;
  const binary = { "==": "!=", "!=": "==", "===": "!==", "!==": "===" }[operator];
  if (type === "UnaryExpression" && operator === "!") return { text: code(node.argument), kind: kindOf(node.argument) };
  if (type === "LogicalExpression" && operator !== "??") {
    const kind = operator === "||" ? "&&" : "||";
    const sides = [node.left, node.right].map((side) => {
      const { text, kind: own } = negated(side, code);
      return isLow(own) || own === "??" || (own === "||" && kind === "&&") ? `(${text})` : text;
    });
    return { text: sides.join(kind), kind };
  }
  if (type === "BinaryExpression" && binary)
    return { text: `${code(node.left)}${binary}${code(node.right)}`, kind: type };
  const isTight = /^(Identifier|MemberExpression|CallExpression|ChainExpression|AwaitExpression|UnaryExpression)$/;
  return { text: isTight.test(type) ? `!${code(node)}` : `!(${code(node)})`, kind: "UnaryExpression" };
}

/** `e=>{let t=e.a;return t+t}` becomes `(e,t=e.a)=>t+t`. */
function parameters(node, { text, code, parents, places }) {
  if (node.type !== "ArrowFunctionExpression" || node.body.type !== "BlockStatement") return false;
  const [first, second] = node.body.body;
  const { params } = node;
  const given = first?.type === "VariableDeclaration" ? givenTo(node, parents, places) : Number.POSITIVE_INFINITY;
  const isValue = second?.type === "ReturnStatement" && second.argument !== null;
  const pads = Math.max(0, given - params.length);
  if (pads > (isValue ? 3 : 0) || params.some(({ type }) => type === "RestElement") || awaits(first)) return false;
  const isWrapped = isValue && (second.argument.type === "SequenceExpression" || code(second.argument)[0] === "{");
  const all = [
    ...params.map(code),
    ...[..."abc"].slice(0, pads).map((letter) => `$${letter}${node.start}`),
    ...first.declarations.map(code),
  ];
  const value = isValue && code(second.argument);
  const rest = `{${code(node.body).slice(first.end - node.body.start)}`;
  text.overwrite(
    node.start,
    node.end,
    `${node.async ? "async" : ""}(${all})=>${isWrapped ? `(${value})` : value || rest}`,
  );
  return true;
}

const ARRAY_METHODS = /^(map|flatMap|filter|find|findLast|forEach)$/;

/** With how many values a function is called at most. */
function givenTo(node, parents, places) {
  const unknown = Number.POSITIVE_INFINITY;
  const parent = parents.get(node);
  const given = ({ arguments: values }) =>
    values.some(({ type }) => type === "SpreadElement") ? unknown : values.length;
  if (parent.type === "VariableDeclarator" && parent.id.type === "Identifier")
    return Math.max(
      ...places.get(parent.id).map(({ node: place }) => {
        const call = parents.get(place);
        return place === parent.id
          ? 0
          : call.type === "CallExpression" && call.callee === place
            ? given(call)
            : unknown;
      }),
    );
  if (parent.type !== "CallExpression") return unknown;
  if (parent.callee === node) return given(parent);
  const { callee, arguments: values } = parent;
  const name = callee.property?.name ?? callee.name;
  if (name === "addEventListener" && values[1] === node) return 1;
  if (values[0] !== node) return unknown;
  if (name === "setTimeout") return Math.max(0, values.length - 2);
  return callee.type === "MemberExpression" && ARRAY_METHODS.test(name) ? 3 : unknown;
}

/** `e=>{a(e)}` becomes `e=>a(e)` where nobody reads what it returns. */
function valued(node, { text, code, parents, places }) {
  if (node.type !== "ArrowFunctionExpression" || node.body.type !== "BlockStatement") return false;
  const [only, ...more] = node.body.body;
  if (more.length || only?.type !== "ExpressionStatement" || only.expression.type === "SequenceExpression")
    return false;
  if (code(only)[0] === "{" || !isUnread(node, parents, places)) return false;
  text.overwrite(node.body.start, node.body.end, code(only.expression));
  return true;
}

const CALLERS = /^(forEach|addEventListener|setTimeout|setInterval|queueMicrotask|MutationObserver)$/;

/** Whether nobody reads what a function returns. */
function isUnread(node, parents, places) {
  const parent = parents.get(node);
  if (parent.type === "VariableDeclarator" && parent.id.type === "Identifier")
    return places.get(parent.id).every(({ node: place }) => {
      const call = parents.get(place);
      return (
        place === parent.id || (call.type === "CallExpression" && call.callee === place && isDropped(call, parents))
      );
    });
  if (!/^(Call|New)Expression$/.test(parent.type) || parent.callee === node) return false;
  return CALLERS.test(parent.callee.property?.name ?? parent.callee.name);
}

/** Whether what an expression results in is dropped. */
function isDropped(node, parents) {
  const parent = parents.get(node);
  if (parent.type === "ExpressionStatement") return true;
  if (parent.type === "SequenceExpression" && parent.expressions.at(-1) !== node) return true;
  const isResult =
    parent.type === "SequenceExpression" ||
    (parent.type === "LogicalExpression" && parent.right === node) ||
    (parent.type === "ConditionalExpression" && parent.test !== node);
  return isResult && isDropped(parent, parents);
}

/** Whether what it declares is waited for. */
function awaits({ declarations }) {
  let found = false;
  const look = (node) => {
    if (Array.isArray(node)) node.forEach(look);
    else if (typeof node?.type === "string" && !/Function/.test(node.type)) {
      found ||= node.type === "AwaitExpression";
      Object.values(node).forEach(look);
    }
  };
  look(declarations);
  return found;
}

/** `let a=b;c;let d=e` becomes `let a=b,d=(c,e)`. */
function merged(node, { text, code, parents }) {
  if (node.type !== "VariableDeclaration") return false;
  const list = parents.get(node).body;
  const at = Array.isArray(list) ? list.indexOf(node) : -1;
  if (at < 0 || list[at + 1]?.type !== "ExpressionStatement" || list[at + 2]?.type !== "VariableDeclaration")
    return false;
  const [done, next] = list.slice(at + 1, at + 3);
  const set = next.declarations.find(({ init }) => init);
  if (!set) return false;
  const value = `(${code(done.expression)},${code(set.init)})`;
  const all = next.declarations.map((one) => (one === set ? `${code(one.id)}=${value}` : code(one)));
  text.overwrite(node.start, next.end, `let ${[...node.declarations.map(code), ...all]};`);
  return true;
}

function walk(node, visit, parent) {
  if (Array.isArray(node)) for (const one of node) walk(one, visit, parent);
  else if (typeof node?.type === "string") {
    visit(node, parent);
    for (const key of Object.keys(node)) if (key !== "scope") walk(node[key], visit, node);
  }
}
