import { type Kind, kindOf, type Scope } from "./scope.ts";
import { child, children, type Node, staticKey } from "./syntax.ts";

/** What a handler's text reads of its context's query. */
export interface QueryReads {
  /** The fields it names, in the order they are met. */
  readonly names: readonly string[];
  /** Those among them that it turns into numbers at once. */
  readonly numeric: readonly string[];
  /** It may read others too: the query, or the whole context, goes where the text alone does not tell. */
  readonly open: boolean;
}

/** What is found of a query, and what patterns add to it: names that stand for the context or the query, and fields they take. */
export abstract class PatternReader {
  protected readonly names: Set<string> = new Set();
  protected readonly numeric: Set<string> = new Set();
  protected open = false;
  protected changed = true;

  protected abstract visitEach(nodes: readonly (Node | undefined)[], scope: Scope): void;

  protected found(): QueryReads {
    return { names: [...this.names], numeric: [...this.numeric], open: this.open };
  }

  /** Gives the names of a pattern what they stand for, and notes what a pattern takes from the query. */
  protected bind(pattern: Node, kind: Kind, scope: Scope): void {
    switch (pattern.type) {
      case "Identifier":
        this.bindName(String(pattern["name"]), kind, scope);
        return;
      case "AssignmentPattern":
        this.visitEach([child(pattern, "right")], scope);
        this.bindChild(pattern, "left", kind, scope);
        return;
      case "RestElement":
        if (kind !== "other") this.open = true; // a list with the context in it
        this.bindChild(pattern, "argument", "other", scope);
        return;
      case "ArrayPattern":
        if (kind !== "other") this.open = true;
        for (const element of children(pattern, "elements")) this.bind(element, "other", scope);
        return;
      case "ObjectPattern":
        for (const property of children(pattern, "properties")) this.bindProperty(property, kind, scope);
    }
  }

  private bindName(name: string, kind: Kind, scope: Scope): void {
    const known = scope.kindOf(name) ?? "other";
    if (known === kind) return;
    if (known !== "other")
      this.open = true; // an alias that is given something else
    else this.changed = scope.mark(name, kind) || this.changed;
  }

  private bindChild(node: Node, property: string, kind: Kind, scope: Scope): void {
    const inner = child(node, property);
    if (inner !== undefined) this.bind(inner, kind, scope);
  }

  private bindProperty(property: Node, kind: Kind, scope: Scope): void {
    if (property.type === "RestElement") {
      this.bindChild(property, "argument", kind, scope);
      return;
    }
    const key = staticKey(property, "key");
    if (key === undefined) {
      if (kind !== "other") this.open = true;
      this.visitEach([child(property, "key")], scope);
    } else if (kind === "query") this.names.add(key);
    this.bindChild(property, "value", kind === "context" && key === "query" ? "query" : "other", scope);
  }

  /** A field that is turned into a number. */
  protected noteNumeric(node: Node | undefined, scope: Scope): void {
    const member = node?.type === "ChainExpression" ? child(node, "expression") : node;
    const object = member?.type === "MemberExpression" ? child(member, "object") : undefined;
    const key = member === undefined ? undefined : staticKey(member, "property");
    if (key !== undefined && object !== undefined && kindOf(object, scope) === "query") this.numeric.add(key);
  }
}
