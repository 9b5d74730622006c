/** A place in the source: the index of its first character. */
export type Position = number;

export type GoType =
  | {
      readonly kind: "name";
      readonly name: string;
      readonly pkg?: string | undefined;
      readonly args: readonly GoType[];
    }
  /** `size`: of an array, which holds as many zeros at first; 0 where the items that follow tell. */
  | { readonly kind: "slice"; readonly element: GoType; readonly size?: number | "unknown" }
  | { readonly kind: "map"; readonly key: GoType; readonly value: GoType }
  | { readonly kind: "pointer"; readonly element: GoType }
  | { readonly kind: "func"; readonly params: readonly Param[]; readonly results: readonly GoType[] }
  | { readonly kind: "struct"; readonly fields: readonly Field[] }
  | {
      readonly kind: "interface";
      readonly hasMethods: boolean;
      readonly methods: readonly MethodSpec[];
      /** Interfaces whose methods are among its own. */
      readonly embedded: readonly GoType[];
    }
  | { readonly kind: "chan" };

/** A method of an interface. */
export interface MethodSpec {
  readonly name: string;
  readonly params: readonly Param[];
  readonly results: readonly GoType[];
}

export interface Param {
  readonly name: string;
  readonly type: GoType | undefined;
  /** `...T`: the type is then the slice. */
  readonly variadic: boolean;
  /** Of a component's parameter, in the newer draft. */
  readonly initial?: Expr | undefined;
}

export interface Field {
  readonly name: string;
  readonly type: GoType;
  readonly isEmbedded: boolean;
}

export interface TypeParam {
  readonly name: string;
  readonly constraint: string;
}

export interface FuncLiteral {
  readonly kind: "func";
  readonly at: Position;
  readonly params: readonly Param[];
  readonly results: readonly GoType[];
  readonly body: readonly Stmt[];
  /** An arrow of the newer draft: its body is one expression. */
  readonly isArrow: boolean;
}

export interface Item {
  readonly key: Expr | undefined;
  readonly value: Expr;
}

export type Expr =
  | { readonly kind: "name"; readonly at: Position; readonly name: string }
  | { readonly kind: "number"; readonly at: Position; readonly text: string }
  | { readonly kind: "string"; readonly at: Position; readonly value: string; readonly isRaw?: boolean }
  | { readonly kind: "rune"; readonly at: Position; readonly code: number }
  | {
      readonly kind: "call";
      readonly at: Position;
      readonly callee: Expr;
      readonly args: readonly Expr[];
      readonly spreads: boolean;
    }
  | { readonly kind: "index"; readonly at: Position; readonly target: Expr; readonly indexes: readonly Expr[] }
  | { readonly kind: "instance"; readonly at: Position; readonly target: Expr; readonly args: readonly GoType[] }
  | {
      readonly kind: "slice";
      readonly at: Position;
      readonly target: Expr;
      readonly low: Expr | undefined;
      readonly high: Expr | undefined;
    }
  | { readonly kind: "select"; readonly at: Position; readonly target: Expr; readonly name: string }
  /** `x.(T)`; without a type it is the `x.(type)` of a switch. */
  | { readonly kind: "assert"; readonly at: Position; readonly target: Expr; readonly type: GoType | undefined }
  | { readonly kind: "unary"; readonly at: Position; readonly op: string; readonly operand: Expr }
  | { readonly kind: "binary"; readonly at: Position; readonly op: string; readonly left: Expr; readonly right: Expr }
  | { readonly kind: "ternary"; readonly at: Position; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  | {
      readonly kind: "composite";
      readonly at: Position;
      readonly type: GoType | undefined;
      readonly items: readonly Item[];
    }
  | { readonly kind: "type"; readonly at: Position; readonly type: GoType }
  | { readonly kind: "gap"; readonly at: Position; readonly reason: string; readonly text: string }
  | FuncLiteral
  | Jsx;

export interface Attribute {
  readonly at: Position;
  /** "" for a spread. */
  readonly name: string;
  /** `true` for a name alone. */
  readonly value: string | true | Expr;
}

export interface Element {
  readonly kind: "element";
  readonly at: Position;
  /** "" for a fragment. */
  readonly tag: string;
  readonly typeArgs: readonly GoType[];
  readonly attributes: readonly Attribute[];
  readonly children: readonly Child[];
}

export type Jsx = Element;

export type Child =
  | Element
  | { readonly kind: "text"; readonly at: Position; readonly text: string }
  | { readonly kind: "hole"; readonly at: Position; readonly value: Expr }
  | { readonly kind: "note"; readonly at: Position; readonly text: string }
  | {
      readonly kind: "each";
      readonly at: Position;
      readonly index: string;
      readonly item: string;
      readonly list: Expr;
      readonly children: readonly Child[];
    }
  | {
      readonly kind: "choice";
      readonly at: Position;
      readonly test: Expr;
      readonly yes: readonly Child[];
      readonly no: readonly Child[];
    };

export interface Case {
  /** No tests: the default. */
  readonly tests: readonly Expr[];
  readonly body: readonly Stmt[];
}

interface Base {
  readonly at: Position;
  /** Comments above, as written. */
  readonly comments: readonly string[];
}

export type Stmt = Base &
  (
    | { readonly kind: "expr"; readonly value: Expr }
    | { readonly kind: "define"; readonly names: readonly string[]; readonly values: readonly Expr[] }
    | {
        readonly kind: "assign";
        readonly op: string;
        readonly targets: readonly Expr[];
        readonly values: readonly Expr[];
      }
    | {
        readonly kind: "var";
        readonly names: readonly string[];
        readonly type: GoType | undefined;
        readonly values: readonly Expr[];
        readonly isConst: boolean;
      }
    | {
        readonly kind: "if";
        readonly init: Stmt | undefined;
        readonly test: Expr;
        readonly yes: readonly Stmt[];
        readonly no: readonly Stmt[] | undefined;
      }
    | {
        readonly kind: "for";
        readonly init: Stmt | undefined;
        readonly test: Expr | undefined;
        readonly post: Stmt | undefined;
        readonly body: readonly Stmt[];
      }
    | {
        readonly kind: "range";
        readonly index: string;
        readonly item: string;
        readonly list: Expr;
        readonly body: readonly Stmt[];
      }
    | {
        readonly kind: "switch";
        readonly init: Stmt | undefined;
        /** What `switch x := y.(type)` calls its value; "" where nothing. */
        readonly binds: string;
        readonly subject: Expr | undefined;
        readonly cases: readonly Case[];
      }
    | { readonly kind: "return"; readonly values: readonly Expr[] }
    | { readonly kind: "jump"; readonly word: "break" | "continue" | "fallthrough" }
    | { readonly kind: "block"; readonly body: readonly Stmt[] }
    | { readonly kind: "cleanup"; readonly body: readonly Stmt[] }
    | { readonly kind: "gap"; readonly reason: string; readonly text: string }
  );

/** What stands in a component besides statements. */
export type Part = Base &
  (
    | { readonly kind: "statement"; readonly statement: Stmt }
    | { readonly kind: "render"; readonly root: Expr }
    | { readonly kind: "style"; readonly isGlobal: boolean; readonly css: string }
    | { readonly kind: "state" | "compute"; readonly variables: readonly Variable[] }
    | { readonly kind: "effect"; readonly dependencies: readonly Expr[]; readonly body: readonly Stmt[] }
    | {
        readonly kind: "watch";
        readonly subject: Expr;
        readonly before: string;
        readonly now: string;
        readonly body: readonly Stmt[];
      }
    | { readonly kind: "mount" | "unmount"; readonly body: readonly Stmt[] }
    | { readonly kind: "ref"; readonly variable: Variable }
    | { readonly kind: "provide"; readonly entries: readonly { readonly key: Expr; readonly value: Expr }[] }
    | { readonly kind: "consume"; readonly name: string; readonly key: Expr }
  );

export interface Variable {
  readonly at: Position;
  readonly name: string;
  readonly type: GoType | undefined;
  readonly value: Expr | undefined;
}

export interface Component extends Base {
  readonly kind: "component";
  readonly name: string;
  readonly typeParams: readonly TypeParam[];
  readonly params: readonly Param[];
  readonly parts: readonly Part[];
}

export interface FuncDeclaration extends Base {
  readonly kind: "func";
  readonly name: string;
  readonly receiver: Param | undefined;
  readonly typeParams: readonly TypeParam[];
  readonly params: readonly Param[];
  readonly results: readonly GoType[];
  readonly body: readonly Stmt[];
}

export interface TypeDeclaration extends Base {
  readonly kind: "type";
  readonly name: string;
  readonly typeParams: readonly TypeParam[];
  readonly type: GoType;
}

export type Declaration =
  | Component
  | FuncDeclaration
  | TypeDeclaration
  | (Base & { readonly kind: "variables"; readonly statement: Stmt })
  | (Base & { readonly kind: "context"; readonly name: string; readonly fields: readonly Field[] })
  | (Base & { readonly kind: "resource"; readonly name: string; readonly text: string })
  | (Base & { readonly kind: "gap"; readonly reason: string; readonly text: string });

export interface GoxFile {
  readonly packageName: string;
  /** Import paths by the name they go by. */
  readonly imports: ReadonlyMap<string, { readonly path: string; readonly at: Position }>;
  readonly declarations: readonly Declaration[];
}
