import { Scope } from "./scope.ts";
import { blockNames, boundNames, child, children, declaredNames, type Node } from "./syntax.ts";

/** The scopes of one handler, each made when it is first entered: a walk that is repeated finds what the last one has marked. */
export class Scopes {
  private readonly known: WeakMap<Node, Scope> = new WeakMap();

  /** The scope for what is below a node: a new one where the node begins a block. */
  below(node: Node, scope: Scope): Scope {
    switch (node.type) {
      case "BlockStatement":
      case "StaticBlock":
        return this.of(node, scope, () => blockNames(children(node, "body")));
      case "SwitchStatement":
        return this.of(node, scope, () =>
          blockNames(children(node, "cases").flatMap((part) => children(part, "consequent"))),
        );
      case "CatchClause":
        return this.of(node, scope, () => boundNames(child(node, "param")));
      case "ClassDeclaration":
      case "ClassExpression":
        return this.of(node, scope, () => boundNames(child(node, "id")));
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
        return this.of(node, scope, () => loopNames(child(node, "init") ?? child(node, "left")));
      default:
        return scope;
    }
  }

  /** The scope a node makes, with the names it declares. */
  of(node: Node, outer: Scope | undefined, names: () => readonly string[]): Scope {
    const known = this.known.get(node);
    if (known !== undefined) return known;
    const scope = new Scope(outer, names());
    this.known.set(node, scope);
    return scope;
  }
}

function loopNames(head: Node | undefined): readonly string[] {
  return head?.type === "VariableDeclaration" && head["kind"] !== "var" ? declaredNames(head) : [];
}
