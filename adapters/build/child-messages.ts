import type { JsonSchema } from "./types.ts";

/** What the child is started with. */
export interface ChildSetup {
  /** Marks our messages: the module may use the channel too. */
  readonly token: string;
  /** The URL to import. */
  readonly target: string;
  /** Where a bundler serves that URL: the descriptor of the line to it. */
  readonly line: number | undefined;
  /** What to call the module in messages. */
  readonly title: string;
  readonly exportName: string | undefined;
  /** The hooks that watch and serve what is loaded. */
  readonly hooks: string;
  /** Where `expressRoutes` is. */
  readonly express: string | undefined;
  readonly defines: Readonly<Record<string, string>>;
}

/** A route on its way through JSON. */
export interface SentRoute {
  readonly methods: readonly string[];
  readonly pattern: string;
  readonly name?: string | undefined;
  readonly when?: string | undefined;
  readonly constraints?:
    | { readonly host?: string | SentRegExp | undefined; readonly version?: string | undefined }
    | undefined;
  readonly handler?: string | undefined;
  readonly query?: JsonSchema | undefined;
  readonly paths?: readonly SentRegExp[] | undefined;
  readonly passes?: boolean | undefined;
  readonly unknown?: string | undefined;
}

/** A regular expression taken apart. */
export interface SentRegExp {
  readonly source: string;
  readonly flags: string;
}

/** A table on its way through JSON. */
export interface SentTable {
  readonly policy: "specificity" | "first-match";
  readonly options: JsonSchema;
  readonly routes: readonly SentRoute[];
}

/** How it ended. */
export type Outcome =
  | { readonly table: SentTable }
  | { readonly code: "BUILD_MODULE_FAILED" | "BUILD_NO_TABLE"; readonly reason: string };
