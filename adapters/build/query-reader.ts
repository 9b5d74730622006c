import { PatternReader, type QueryReads } from "./pattern-reader.ts";
import { kindOf, type Scope } from "./scope.ts";
import { Scopes } from "./scopes.ts";
import {
  below,
  boundNames,
  child,
  children,
  isFunction,
  liftedNames,
  literalKey,
  type Node,
  nameOf,
  staticKey,
} from "./syntax.ts";

/**
 * Follows the context and its query through one function.
 * 1. The first parameter is the context; `query` of a context is the query; a name bound to either is an alias of it.
 * 2. A property of the query is a read. An alias or the query in any other place is beyond this text: open.
 * 3. A function may use a name above its declaration, so the walk is repeated until it finds no new alias.
 */
export class QueryReader extends PatternReader {
  private readonly scopes: Scopes = new Scopes();

  read(handler: Node): QueryReads {
    while (this.changed) {
      this.changed = false;
      this.visitFunction(handler, undefined, true);
    }
    return this.found();
  }

  private visitFunction(node: Node, outer: Scope | undefined, isHandler = false): void {
    const params = children(node, "params");
    const body = child(node, "body");
    const own = node.type === "ArrowFunctionExpression" ? [] : boundNames(child(node, "id"));
    // An inner function has arguments of its own; those of the handler begin with the context.
    const implicit = isHandler || node.type === "ArrowFunctionExpression" ? [] : ["arguments"];
    const scope = this.scopes.of(node, outer, () => {
      const lifted = body === undefined ? [] : liftedNames(body);
      return [...own, ...implicit, ...params.flatMap(boundNames), ...lifted];
    });
    for (const [i, param] of params.entries()) this.bind(param, isHandler && i === 0 ? "context" : "other", scope);
    if (body !== undefined) this.visit(body, scope);
  }

  private visit(node: Node, scope: Scope): void {
    const kind = kindOf(node, scope);
    if (kind !== "other") {
      this.open = true;
      this.visitParts(node, scope);
    } else if (isFunction(node)) this.visitFunction(node, scope);
    else this.visitPlain(node, scope);
  }

  /** A node that is neither context nor query nor a function. */
  private visitPlain(node: Node, scope: Scope): void {
    switch (node.type) {
      case "MemberExpression":
        this.visitMember(node, scope);
        return;
      case "VariableDeclarator":
        this.visitDeclarator(node, scope);
        return;
      case "AssignmentExpression":
        this.visitAssignment(node, scope);
        return;
      case "CallExpression":
        this.visitCall(node, scope);
        return;
      case "UnaryExpression":
        this.visitUnary(node, scope);
        return;
      case "BinaryExpression":
        this.visitBinary(node, scope);
        return;
      case "LogicalExpression":
      case "ConditionalExpression":
      case "IfStatement":
      case "WhileStatement":
      case "DoWhileStatement":
      case "ExpressionStatement":
      case "SequenceExpression":
        this.visitTested(node, scope);
        return;
      case "Identifier":
        if (node["name"] === "arguments" && scope.kindOf("arguments") === undefined) this.open = true;
        return;
      case "WithStatement":
        this.open = true;
        return;
      case "Property":
      case "MethodDefinition":
      case "PropertyDefinition":
        this.visitProperty(node, scope);
        return;
      case "LabeledStatement":
        this.visitEach([child(node, "body")], scope);
        return;
      case "BreakStatement":
      case "ContinueStatement":
      case "MetaProperty":
        return;
      default:
        this.visitEach(below(node), this.scopes.below(node, scope));
        return;
    }
  }

  protected visitEach(nodes: readonly (Node | undefined)[], scope: Scope): void {
    for (const node of nodes) if (node !== undefined) this.visit(node, scope);
  }

  /** `c.query.page`, `c.query["page"]`; or a member of something else, where the object alone matters. */
  private visitMember(node: Node, scope: Scope): void {
    const object = child(node, "object");
    if (object === undefined) return;
    const kind = kindOf(object, scope);
    const key = staticKey(node, "property");
    if (key === undefined && node["computed"] === true) this.visitEach([child(node, "property")], scope);
    if (kind === "other") {
      this.visit(object, scope);
      return;
    }
    if (key === undefined) this.open = true;
    else if (kind === "query") this.names.add(key);
    this.visitParts(object, scope);
  }

  private visitDeclarator(node: Node, scope: Scope): void {
    const init = child(node, "init");
    const target = child(node, "id");
    const kind = init === undefined ? "other" : kindOf(init, scope);
    if (target !== undefined) this.bind(target, kind, scope);
    if (init === undefined) return;
    if (kind === "other") this.visit(init, scope);
    else this.visitParts(init, scope);
  }

  /** `({ page } = c.query)` reads; any other assignment of an alias, or to one, is not followed. */
  private visitAssignment(node: Node, scope: Scope): void {
    const left = child(node, "left");
    const right = child(node, "right");
    if (left === undefined || right === undefined) return;
    const kind = kindOf(right, scope);
    if (kind === "other") {
      this.visitEach([left, right], scope);
      return;
    }
    const properties = left.type === "ObjectPattern" ? children(left, "properties") : [];
    const keys = properties.map((property) => (property.type === "Property" ? staticKey(property, "key") : undefined));
    if (kind === "context" || left.type !== "ObjectPattern" || keys.includes(undefined)) this.open = true;
    else for (const key of keys) this.names.add(key as string); // cast: the line above has looked
    this.visit(left, scope);
    this.visitParts(right, scope);
  }

  private visitCall(node: Node, scope: Scope): void {
    const callee = child(node, "callee");
    const name = nameOf(callee);
    if (name !== undefined && scope.kindOf(name) === undefined) {
      if (name === "eval") this.open = true;
      if (NUMERIC.has(name)) this.noteNumeric(children(node, "arguments")[0], scope);
    }
    this.visitEach([callee, ...children(node, "arguments")], scope);
  }

  private visitUnary(node: Node, scope: Scope): void {
    const argument = child(node, "argument");
    if (argument === undefined) return;
    if (node["operator"] === "+") this.noteNumeric(argument, scope);
    this.visitTest(argument, scope);
  }

  /** `"page" in c.query` reads; comparing the query itself tells nothing of its fields. */
  private visitBinary(node: Node, scope: Scope): void {
    const left = child(node, "left");
    const right = child(node, "right");
    if (left === undefined || right === undefined) return;
    const operator = String(node["operator"]);
    if (operator === "in" && kindOf(right, scope) === "query") {
      const key = literalKey(left);
      if (key === undefined) this.open = true;
      else this.names.add(key);
    } else if (!/^[!=]==?$/.test(operator)) {
      this.visitEach([left, right], scope);
      return;
    }
    this.visitTest(left, scope);
    this.visitTest(right, scope);
  }

  /** Statements and expressions that ask whether something is there, without handing it on. */
  private visitTested(node: Node, scope: Scope): void {
    const expressions = children(node, "expressions"); // of a sequence
    for (const tested of [
      child(node, "test"),
      child(node, "left"),
      child(node, "expression"),
      ...expressions.slice(0, -1),
    ]) {
      if (tested !== undefined) this.visitTest(tested, scope);
    }
    const others = ["right", "consequent", "alternate", "body"].map((property) => child(node, property));
    this.visitEach([...others, ...expressions.slice(-1)], scope);
  }

  private visitTest(node: Node, scope: Scope): void {
    if (kindOf(node, scope) === "other") this.visit(node, scope);
    else this.visitParts(node, scope);
  }

  private visitProperty(node: Node, scope: Scope): void {
    if (node["computed"] === true) this.visitEach([child(node, "key")], scope);
    this.visitEach([child(node, "value")], scope);
  }

  /** What stands inside an expression that is itself a context or a query, such as the `{}` of `c.query ?? {}`. */
  private visitParts(node: Node, scope: Scope): void {
    if (node.type === "Identifier") return;
    if (node.type === "MemberExpression") {
      this.visitPart(child(node, "object"), scope);
      return;
    }
    if (node.type === "ConditionalExpression") this.visitPart(child(node, "test"), scope);
    const parts = ["expression", "argument", "left", "right", "consequent", "alternate"];
    for (const part of parts) this.visitPart(child(node, part), scope);
    for (const part of children(node, "expressions")) this.visitPart(part, scope);
  }

  private visitPart(node: Node | undefined, scope: Scope): void {
    if (node !== undefined) this.visitTest(node, scope);
  }
}

const NUMERIC = new Set(["Number", "parseInt", "parseFloat"]);
