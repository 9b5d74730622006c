import { child, children, type Node, staticKey } from "./syntax.ts";

/** What a name stands for: the request's context, its query, or anything else. */
export type Kind = "context" | "query" | "other";

/** The names of one function or block. */
export class Scope {
  private readonly outer: Scope | undefined;
  private readonly kinds: Map<string, Kind> = new Map();

  constructor(outer: Scope | undefined, names: readonly string[]) {
    this.outer = outer;
    for (const name of names) this.kinds.set(name, "other");
  }

  kindOf(name: string): Kind | undefined {
    return this.kinds.get(name) ?? this.outer?.kindOf(name);
  }

  /** Says what a name stands for, where it is declared. @returns whether it is declared here. */
  mark(name: string, kind: Kind): boolean {
    if (!this.kinds.has(name)) return this.outer?.mark(name, kind) ?? false;
    this.kinds.set(name, kind);
    return true;
  }
}

/** What an expression yields. */
export function kindOf(node: Node, scope: Scope): Kind {
  const of = (property: string): Kind => {
    const inner = child(node, property);
    return inner === undefined ? "other" : kindOf(inner, scope);
  };
  switch (node.type) {
    case "Identifier":
      return scope.kindOf(String(node["name"])) ?? "other";
    case "ChainExpression":
    case "ParenthesizedExpression":
      return of("expression");
    case "AwaitExpression":
      return of("argument");
    case "MemberExpression":
      return of("object") === "context" && staticKey(node, "property") === "query" ? "query" : "other";
    case "LogicalExpression":
      return node["operator"] === "&&" ? of("right") : either(of("left"), of("right"));
    case "ConditionalExpression":
      return either(of("consequent"), of("alternate"));
    case "SequenceExpression": {
      const last = children(node, "expressions").at(-1);
      return last === undefined ? "other" : kindOf(last, scope);
    }
    default:
      return "other";
  }
}

function either(a: Kind, b: Kind): Kind {
  return a === "other" ? b : a;
}
