import type { FuncDeclaration, GoType, TypeDeclaration } from "./ast.ts";
import type { Reporter } from "./diagnostics.ts";
import { capital } from "./text.ts";

/** What a name stands for. */
export type Binding =
  | {
      readonly kind: "value";
      readonly code: string;
      readonly type: GoType | undefined;
      /** A pointer that is never nil: the receiver of a method. */
      readonly isPresent?: true;
      /** Nothing is ever put in place of its value. */
      readonly isFixed?: true;
      /** A slice or map that TypeScript lets be written to: made here, and never put in place of one from elsewhere. */
      readonly isWritable?: true;
    }
  /** State and what is computed from it: read by `.get()`. */
  | { readonly kind: "signal" | "computed"; readonly code: string; readonly type: GoType | undefined }
  /** The function that sets a signal. */
  | { readonly kind: "setter"; readonly code: string; readonly type: GoType | undefined }
  /** A property of the component's props. */
  | { readonly kind: "prop"; readonly code: string; readonly type: GoType | undefined }
  | { readonly kind: "element" | "event"; readonly code: string; readonly type: undefined }
  | {
      readonly kind: "package";
      readonly code: string;
      readonly path: string;
      readonly at: number;
      readonly type: undefined;
    }
  | { readonly kind: "type" | "component" | "context"; readonly code: string; readonly type: GoType | undefined };

/** Names and what they stand for, innermost first. */
export class Scope {
  readonly names: Map<string, Binding> = new Map();
  readonly parent: Scope | undefined;

  constructor(parent?: Scope) {
    this.parent = parent;
  }

  find(name: string): Binding | undefined {
    return this.names.get(name) ?? this.parent?.find(name);
  }

  /** Whether some name here or outside is written as this. */
  isTaken(code: string): boolean {
    for (const binding of this.names.values()) if (binding.code === code) return true;
    return this.parent?.isTaken(code) ?? false;
  }

  set(name: string, binding: Binding): void {
    if (name !== "_" && name !== "") this.names.set(name, binding);
  }
}

/** What of a file can be pointed at although structs are plain objects here: what nobody changes looks the same through a pointer. */
export interface Fixed {
  /** Structs of which no field is ever set; none where the file takes the address of nothing. */
  readonly structs: ReadonlySet<string>;
  /** Variables that something else is put into. */
  readonly assigned: ReadonlySet<string>;
  /** Whether elements are set, moved or removed anywhere. */
  readonly changesElements: boolean;
}

/** What the emitters of one file share. */
export interface Unit {
  readonly reporter: Reporter;
  readonly types: ReadonlyMap<string, TypeDeclaration>;
  readonly functions: ReadonlyMap<string, FuncDeclaration>;
  /** Methods by `Type.Name`. */
  readonly methods: ReadonlyMap<string, FuncDeclaration>;
  /** Every word of the source: names of ours must not be among them. */
  readonly words: ReadonlySet<string>;
  readonly file: Scope;
  readonly packageName: string;
  /** Imports to write: names by module, each with what it goes by. */
  readonly imports: Map<string, Map<string, string>>;
  /** Names of our own functions to add at the end of the file. */
  readonly helpers: Set<string>;
  /** Structs that are changed through pointers: their fields are no `readonly` ones. */
  readonly shared: ReadonlySet<string>;
  readonly fixed: Fixed;
  /** Names compared with nil somewhere, as written. */
  readonly checked: ReadonlySet<string>;
}

/** Imports a name; it goes by another where the source uses it for something else. */
export function imported(unit: Unit, module: string, name: string, isType = false, isOurs = true): string {
  const names = unit.imports.get(module) ?? new Map<string, string>();
  unit.imports.set(module, names);
  const key = isType ? `type ${name}` : name;
  const alias = names.get(key) ?? (isOurs && unit.words.has(name) ? `bus${capital(name)}` : name);
  names.set(key, alias);
  return alias;
}

/** Uses one of the functions that are added to the file. */
export function helper(unit: Unit, name: string): string {
  const alias = unit.words.has(name) ? `go${capital(name)}` : name;
  unit.helpers.add(name);
  return alias;
}

/** A name that nothing visible goes by. */
export function freshName(scope: Scope, name: string): string {
  let code = name;
  for (let i = 2; scope.isTaken(code); i++) code = `${name}${i}`;
  return code;
}

/** Calls `visit` with every object of a syntax tree, outer ones first; `false` keeps it from going inside. */
export function walk(node: unknown, visit: (node: { readonly kind?: string }) => boolean | undefined): void {
  if (typeof node !== "object" || node === null) return;
  if (Array.isArray(node)) {
    for (const item of node) walk(item, visit);
    return;
  }
  if (visit(node) === false) return;
  for (const value of Object.values(node)) walk(value, visit);
}

/** Whether a method of a pointer asks if that is nil: Go may call it on nil then. */
export function takesNil({ receiver, body }: FuncDeclaration): boolean {
  let found = false;
  walk(body, (node) => {
    const { kind, op, left, right } = node as Readonly<Record<string, unknown>>; // cast: any node may be asked
    if (kind === "binary" && (op === "==" || op === "!=")) {
      const names = [left, right].map((one) => (one as { readonly name?: unknown }).name); // cast: any expression may be asked
      if (names.includes("nil") && names.includes(receiver?.name)) found = true;
    }
    return !found;
  });
  return found && receiver?.type?.kind === "pointer";
}

/** The names that are read or written anywhere in a syntax tree. */
export function namesIn(node: unknown): Set<string> {
  const names = new Set<string>();
  walk(node, (found) => {
    if (found.kind === "name" && "name" in found) names.add(String(found.name));
    return undefined;
  });
  return names;
}

/** The variables that are assigned, themselves or a field of theirs, anywhere in a syntax tree. */
export function assignedIn(node: unknown): Set<string> {
  const names = new Set<string>();
  walk(node, (found) => {
    if (found.kind === "assign" && "targets" in found) {
      for (let target of found.targets as readonly { kind: string; name?: string; target?: unknown }[]) {
        while (target.kind === "select") target = target.target as typeof target; // cast: what a selector selects from
        if (target.kind === "name" && target.name !== undefined) names.add(target.name);
      }
    }
    return undefined;
  });
  return names;
}

/** `sort.Slice(x, …)`, `slices.Reverse(x)` */
function isSort({ kind, name, target }: { kind: string; name?: string; target?: unknown }): boolean {
  const from = target as { kind?: string; name?: string } | undefined; // cast: what a selector selects from
  if (kind !== "select" || from?.kind !== "name") return false;
  return from.name === "sort" || (from.name === "slices" && /^(?:Sort|Reverse)/.test(name ?? ""));
}

const BUILDER_METHODS = ["WriteString", "WriteByte", "WriteRune", "Reset"];

/** The names of the methods that have a pointer to what they are called on. */
export function changingMethods({ methods }: Pick<Unit, "methods">): Set<string> {
  const pointed = [...methods.values()].filter(({ receiver }) => receiver?.type?.kind === "pointer");
  return new Set([...pointed.map(({ name }) => name), ...BUILDER_METHODS]);
}

/** The variables whose elements are set or removed, or which a method may change that is named in `changing`. */
export function changedIn(node: unknown, changing: ReadonlySet<string>): Set<string> {
  const names = new Set<string>();
  const note = (given: unknown): void => {
    let target = given as { kind?: string; name?: string; target?: unknown } | undefined; // cast: any node may be asked
    while (target?.kind === "select" || target?.kind === "index") target = target.target as typeof target; // cast: as above
    if (target?.kind === "name" && target.name !== undefined) names.add(target.name);
  };
  walk(node, (found) => {
    if (found.kind === "assign" && "targets" in found) {
      for (const target of found.targets as readonly { kind: string }[]) if (target.kind === "index") note(target);
    }
    if (found.kind === "call" && "callee" in found && "args" in found) {
      const callee = found.callee as { kind: string; name?: string; target?: unknown }; // casts: a call has both
      const [first] = found.args as readonly unknown[];
      if (callee.kind === "name" && (callee.name === "delete" || callee.name === "copy")) note(first);
      if (isSort(callee)) note(first);
      for (const arg of found.args as readonly { kind?: string; op?: string; operand?: unknown }[])
        if (arg.kind === "unary" && arg.op === "&") note(arg.operand);
      if (callee.kind === "select" && changing.has(callee.name ?? "")) note(callee.target);
    }
    return undefined;
  });
  return names;
}
