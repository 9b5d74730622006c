/** A node of an ESTree program, read by shape: parsers differ in what else they put on it. */
export interface Node {
  readonly type: string;
  readonly [property: string]: unknown;
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** The node under a property, if there is one. */
export function child(node: Node, property: string): Node | undefined {
  const value = node[property];
  return isNode(value) ? value : undefined;
}

/** The nodes of a list; the holes of an array pattern are left out. */
export function children(node: Node, property: string): readonly Node[] {
  const value = node[property];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** Every node directly below this one. */
export function below(node: Node): readonly Node[] {
  return Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value]).filter(isNode));
}

export function nameOf(node: Node | undefined): string | undefined {
  return node?.type === "Identifier" && typeof node["name"] === "string" ? node["name"] : undefined;
}

/** The property a member expression or a property of a pattern names, when its text says so. */
export function staticKey(node: Node, property: "property" | "key"): string | undefined {
  const key = child(node, property);
  if (key === undefined) return undefined;
  if (node["computed"] !== true && key.type === "Identifier") return nameOf(key);
  return literalKey(key);
}

/** The key that a literal in brackets stands for. */
export function literalKey(node: Node): string | undefined {
  if (node.type === "Literal") {
    const { value } = node;
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  }
  if (node.type !== "TemplateLiteral" || children(node, "expressions").length > 0) return undefined;
  const value = children(node, "quasis")[0]?.["value"];
  const cooked = typeof value === "object" && value !== null && "cooked" in value ? value.cooked : undefined;
  return typeof cooked === "string" ? cooked : undefined;
}

export function isFunction({ type }: Node): boolean {
  return type === "ArrowFunctionExpression" || type === "FunctionExpression" || type === "FunctionDeclaration";
}

/** The names a pattern binds. */
export function boundNames(pattern: Node | undefined): readonly string[] {
  switch (pattern?.type) {
    case "Identifier":
      return [nameOf(pattern) ?? ""];
    case "ObjectPattern":
      return children(pattern, "properties").flatMap((property) =>
        boundNames(property.type === "RestElement" ? property : child(property, "value")),
      );
    case "ArrayPattern":
      return children(pattern, "elements").flatMap(boundNames);
    case "AssignmentPattern":
      return boundNames(child(pattern, "left"));
    case "RestElement":
      return boundNames(child(pattern, "argument"));
    default:
      return [];
  }
}

/** The names that statements declare for the block they stand in; `var` reaches further. */
export function blockNames(statements: readonly Node[]): readonly string[] {
  return statements.flatMap((statement) => {
    if (statement.type === "VariableDeclaration") return statement["kind"] === "var" ? [] : declaredNames(statement);
    const named = statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration";
    return named ? boundNames(child(statement, "id")) : [];
  });
}

export function declaredNames(declaration: Node): readonly string[] {
  return children(declaration, "declarations").flatMap((declarator) => boundNames(child(declarator, "id")));
}

/** The names that `var` lifts out of blocks, up to the function around them. */
export function liftedNames(node: Node): readonly string[] {
  const own = node.type === "VariableDeclaration" && node["kind"] === "var" ? declaredNames(node) : [];
  return [...own, ...below(node).flatMap((inner) => (isFunction(inner) ? [] : liftedNames(inner)))];
}
