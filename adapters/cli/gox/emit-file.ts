import type { Declaration, FuncDeclaration, GoType, GoxFile, Stmt, TypeDeclaration, TypeParam } from "./ast.ts";
import type { Reporter } from "./diagnostics.ts";
import { emitComponent } from "./emit-component.ts";
import { type Env, emit, gapCode } from "./emit-env.ts";
import { EMITTERS } from "./emit-expressions.ts";
import { hookOf } from "./emit-hooks.ts";
import { emitInterface } from "./emit-interfaces.ts";
import { copiesOf, isPortedEmbedding } from "./emit-promoted.ts";
import { emitStatements, gapLines } from "./emit-statements.ts";
import { bindParams, foreignPackage, tsParams, tsResults, tsType, tsTypeParams } from "./emit-types.ts";
import { createUnit } from "./emit-unit.ts";
import { helperText } from "./helpers.ts";
import { KNOWN_PACKAGES } from "./ports.ts";
import { imported, Scope, takesNil, type Unit, walk } from "./scope.ts";
import { asComment, block, commentLines, list, safeName } from "./text.ts";

/** The whole file: imports, declarations in their order, and the helpers they use. */
export function emitFile(file: GoxFile, source: string, reporter: Reporter): string {
  const unit = createUnit(file, source, reporter);
  const parts = file.declarations.map((declaration) => emitDeclaration(unit, declaration));
  for (const [name, { path }] of file.imports) if (!KNOWN_PACKAGES.has(path)) foreignPackage(unit, name);
  const helpers = [...unit.helpers].map((name) => helperText(unit, name));
  const pragma = "/** @jsxImportSource busbar/html */";
  // A function may be called above its place, a class may not.
  const isClass = (text: string): boolean => /^class /m.test(text);
  const ours = [helpers.filter(isClass), helpers.filter((text) => !isClass(text))] as const;
  const all = [[pragma, ...importLines(unit)].join("\n"), ...ours[0], ...parts, ...ours[1]].filter(
    (part) => part !== "",
  );
  return `${all.join("\n\n")}\n`;
}

function importLines(unit: Unit): string[] {
  return [...unit.imports]
    .sort(([a], [b]) => Number(a.startsWith(".")) - Number(b.startsWith(".")) || (a < b ? -1 : 1))
    .map(([module, names]) => {
      const whole = names.get("*");
      if (whole !== undefined) return `import * as ${whole} from "${module}";`;
      const entries = [...names].filter(([key]) => !key.startsWith("type ") || !names.has(key.slice(5)));
      const isTypes = entries.every(([key]) => key.startsWith("type "));
      const items = entries
        .map(([key, alias]) => {
          const name = key.replace(/^type /, "");
          return `${key.startsWith("type ") && !isTypes ? "type " : ""}${name}${alias === name ? "" : ` as ${alias}`}`;
        })
        .sort((a, b) => (a.replace(/^type /, "") < b.replace(/^type /, "") ? -1 : 1));
      return `import ${isTypes ? "type " : ""}${list("{", items, "}", true)} from "${module}";`;
    });
}

function emitDeclaration(unit: Unit, declaration: Declaration): string {
  const env: Env = { unit, scope: unit.file, emitters: EMITTERS };
  const comments = commentLines(declaration.comments);
  const withComments = (text: string): string => [...comments, text].join("\n");
  switch (declaration.kind) {
    case "component":
      return emitComponent(unit, declaration);
    case "func":
      return withComments(emitFunction(env, declaration));
    case "type":
      return withComments(emitType(env, declaration));
    case "context": {
      const fields = declaration.fields.map(({ name, type }) => `readonly ${name}: ${tsType(unit, type)};`);
      const value = `${declaration.name}Value`;
      return withComments(
        `${block(`export interface ${value} `, fields)}\n\nexport const ${declaration.name} = ${imported(unit, "busbar/html", "contextKey")}<${value}>("${declaration.name}");`,
      );
    }
    case "variables":
      return emitVariables(env, declaration.statement, comments);
    case "resource":
      return withComments(`${asComment(declaration.text)}\n${resourceStub(env, declaration.name, declaration.at)}`);
    case "gap":
      return withComments(
        gapLines(env, declaration.at, declaration.reason, declaration.text).replace(
          /\n[^\n]*$/,
          `\n// ${unit.reporter.place(declaration.at)} ${declaration.reason}`,
        ),
      );
  }
}

function resourceStub(env: Env, name: string, at: number): string {
  const thrown = gapCode(
    env,
    at,
    "resources are not ported: load the data before the page is rendered, or in an effect",
  );
  return `export const ${safeName(name)} = (): never => ${thrown.text};`;
}

function emitFunction(env: Env, func: FuncDeclaration): string {
  const { unit } = env;
  const receiver = func.receiver?.type;
  const owner = receiver?.kind === "pointer" ? receiver.element : receiver;
  const params =
    func.receiver === undefined
      ? func.params
      : [
          { ...func.receiver, type: receiver?.kind === "pointer" && !takesNil(func) ? owner : receiver },
          ...func.params,
        ];
  const name = owner?.kind === "name" ? `${owner.name}${func.name}` : safeName(func.name);
  const own: Env = { ...env, scope: new Scope(unit.file) };
  bindParams(unit, own.scope, params, func.body);
  if (func.receiver !== undefined && receiver?.kind === "pointer" && !takesNil(func)) {
    const { name: self } = func.receiver;
    own.scope.set(self, { kind: "value", code: safeName(self), type: receiver, isPresent: true });
  }
  const typeParams = [...typeParamsOf(owner), ...func.typeParams];
  const head = `export function ${name}${tsTypeParams(typeParams)}(${tsParams(unit, params)}): ${tsResults(unit, func.results)} `;
  return block(head, [
    ...copiesOf(unit, receiver?.kind === "pointer" ? func.params : params, func.body),
    ...emitStatements(own, func.body, func.results),
  ]);
}

/** What the receiver of a method declares: `T` of `func (s *Stack[T]) Push`. */
function typeParamsOf(owner: GoType | undefined): TypeParam[] {
  const names = owner?.kind === "name" ? owner.args : [];
  return names.flatMap((arg) => (arg.kind === "name" ? [{ name: arg.name, constraint: "any" }] : []));
}

function emitType(env: Env, declaration: TypeDeclaration): string {
  const { unit } = env;
  const { name, typeParams, type } = declaration;
  const head = `${safeName(name)}${tsTypeParams(typeParams)}`;
  if (type.kind === "struct") {
    const lines = type.fields.map((field) => {
      if (!field.isEmbedded || isPortedEmbedding(unit, field.type))
        return `${unit.shared.has(name) ? "" : "readonly "}${field.name}: ${tsType(unit, field.type)};`;
      env.unit.reporter.gap(
        env.unit.types.get(name)?.at ?? 0,
        "what is embedded is not ported, but structs of this file: give the field a name",
      );
      return `// embedded: ${tsType(unit, field.type)}`;
    });
    return block(`export interface ${head} `, lines);
  }
  return emitInterface(env, declaration) ?? `export type ${head} = ${tsType(unit, type)};`;
}

function emitVariables(env: Env, statement: Stmt, comments: readonly string[]): string {
  if (statement.kind !== "var") return "";
  const { unit } = env;
  const [name = "_"] = statement.names;
  const hook = hookOf(statement.values[0]);
  if (hook?.name === "CreateContext") {
    const [type] = hook.types;
    const [initial] = hook.args;
    const value = initial === undefined ? "" : `, ${emit(env, initial, type).text}`;
    const types = type === undefined ? "" : `<${tsType(unit, type)}>`;
    return [
      ...comments,
      `export const ${safeName(name)} = ${imported(unit, "busbar/html", "contextKey")}${types}("${name}"${value});`,
    ].join("\n");
  }
  const scope = new Scope(unit.file);
  const lines = emitStatements({ ...env, scope }, [{ ...statement, comments: [] }]);
  // What was learnt of the types is for the whole file.
  for (const [key, binding] of scope.names) unit.file.set(key, binding);
  const word = statement.isConst ? "const" : "let";
  return [
    ...comments,
    ...lines
      .filter((line) => !(statement.isConst && line.startsWith("void ")))
      .map((line) =>
        line.startsWith("void ")
          ? line
          : `export ${line.replace(/^(?:const|let) /, statement.isConst || !isChanged(unit, name) ? "const " : `${word} `)}`,
      ),
  ].join("\n");
}

function isChanged(unit: Unit, name: string): boolean {
  let found = false;
  for (const func of [...unit.functions.values(), ...unit.methods.values()]) {
    walk(func.body, (node) => {
      const { kind, targets } = node as { kind?: string; targets?: readonly { kind: string; name?: string }[] }; // cast: any node may be asked
      if (kind === "assign" && targets?.some((target) => target.kind === "name" && target.name === name)) found = true;
      return !found;
    });
  }
  return found;
}
