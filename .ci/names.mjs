// Which names of a script mean the same thing, and the shortest names for them: for squeeze.mjs, which asks often, so it has to be quick.

/**
 * What the names of a script mean: its variables, each with the places it stands at, and apart from them what belongs to the page, by name.
 * Understands what the minifier leaves of this repository's sources, and throws where it finds more. From each of the `blocks` on, which are places in the
 * code, all that follows is taken for a block in the one before; nothing where that hides a variable from what asks for it.
 */
export function variablesOf(ast, blocks = []) {
  const scopes = [];
  const scopeIn = (parent) => {
    const scope = { parent, own: new Map() };
    scopes.push(scope);
    return scope;
  };
  const places = [];
  const outer = [scopeIn()];
  for (const _ of blocks) outer.push(scopeIn(outer.at(-1)));
  const visit = (node, given, declares) => {
    if (Array.isArray(node)) for (const one of node) visit(one, given, declares);
    if (typeof node?.type !== "string") return;
    const scope = given === outer[0] ? outer[blocks.filter((at) => at <= node.start).length] : given;
    if (node.kind === "var" || /^Class|^FunctionD|^Label|^Import|^Export/.test(node.type))
      throw Error(`squeeze: no ${node.type}`);
    node.scope = scope;
    if (node.type === "Identifier") {
      if (declares) scope.own.set(node.name, { scope, places: [] });
      places.push({ node, scope });
    } else if (/Function/.test(node.type)) {
      const inner = scopeIn(scope);
      visit(node.params, inner, true);
      visit(node.body.type === "BlockStatement" ? node.body.body : node.body, inner);
    } else if (node.type === "CatchClause") {
      const inner = scopeIn(scope);
      visit(node.param, inner, true);
      visit(node.body.body, inner);
    } else if (node.type === "VariableDeclarator") {
      visit(node.id, scope, true);
      visit(node.init, scope);
    } else if (node.type === "AssignmentPattern") {
      visit(node.left, scope, declares);
      visit(node.right, scope);
    } else if (node.type === "Property") {
      if (node.computed) visit(node.key, scope);
      if (node.shorthand) (node.value.left ?? node.value).isShorthand = true;
      visit(node.value, scope, declares);
    } else if (node.type === "MemberExpression") {
      visit(node.object, scope);
      if (node.computed) visit(node.property, scope);
    } else {
      const inner = /^Block|^For|^Switch/.test(node.type) ? scopeIn(scope) : scope;
      for (const key of Object.keys(node)) if (key !== "scope") visit(node[key], inner, declares);
    }
  };
  visit(ast, outer[0]);
  const globals = new Map();
  for (const { node, scope } of places) {
    let owner = scope;
    while (owner && !owner.own.has(node.name)) owner = owner.parent;
    if (!owner && !globals.has(node.name)) globals.set(node.name, []);
    (owner?.own.get(node.name).places ?? globals.get(node.name)).push({ node, scope });
  }
  if (outer.some(({ own }) => [...globals.keys()].some((name) => own.has(name)))) return undefined;
  return { root: outer[0], variables: scopes.flatMap(({ own }) => [...own.values()]), globals };
}

const FIRST = [..."etrlosaniudcfpbmhgwyvTELRSxCqMBOkAPUHNDIFKVGjJWYzQXZ_$"]; // by how often they stand in scripts, for what packs them later
const TAKEN = /^(do|if|in|of|is|as)$/;
const NAMES = [...FIRST, ...FIRST.flatMap((a) => [...FIRST.map((b) => a + b)]).filter((name) => !TAKEN.test(name))];

/**
 * Gives each variable a name: what is used often and has few rivals chooses first, and what a variable's part of the script does not ask for may be called the
 * same. Greedy colouring, as in G. J. Chaitin, Register allocation and spilling via graph coloring, 1982.
 */
export function nameAll(variables) {
  const asked = new Map(); // scope: what it and those in it ask for
  const own = new Map(); // scope: what is declared there
  for (const variable of variables) {
    if (!own.has(variable.scope)) own.set(variable.scope, []);
    own.get(variable.scope).push(variable);
    for (const place of [variable, ...variable.places])
      for (let { scope } = place; ; scope = scope.parent) {
        if (!asked.has(scope)) asked.set(scope, new Set());
        if (asked.get(scope).has(variable) && scope !== variable.scope) break;
        asked.get(scope).add(variable);
        if (scope === variable.scope) break;
      }
  }
  const rivals = new Map(variables.map((variable) => [variable, new Set()]));
  for (const [scope, declared] of own)
    for (const one of declared)
      for (const other of asked.get(scope)) {
        rivals.get(one).add(other);
        rivals.get(other).add(one);
      }
  const names = new Map();
  // A text is written once more, where all are made
  const weight = (one) => (one.places.length + (one.text === undefined ? 0 : 1)) / rivals.get(one).size ** 0.3;
  for (const one of [...variables].sort((a, b) => weight(b) - weight(a))) {
    const taken = new Set();
    for (const other of rivals.get(one)) taken.add(names.get(other));
    names.set(
      one,
      NAMES.find((name) => !taken.has(name)),
    );
  }
  return names;
}
