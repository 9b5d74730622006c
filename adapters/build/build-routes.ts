import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import process from "node:process";
import { CodedError } from "../../lib/errors/index.ts";
import { BuildCache, type BuildOutput, fileStates, lockFile, writeIfChanged } from "./cache.ts";
import { withoutDead } from "./conditions.ts";
import { declarationsOf } from "./declarations.ts";
import { dispatchOf } from "./dispatch.ts";
import { readProfile } from "./profile.ts";
import { tryReadTable } from "./read-table.ts";
import type { Conditions, DescribedTable, ModuleHost, Parse, Profile } from "./types.ts";

/**
 * What both the plugin and `buildRoutes` are told.
 * @public
 */
export interface RoutesOptions {
  /** The module that exports the app or router, relative to `cwd` or the root of the bundler's project. */
  readonly module: string;
  /** The export that holds the table. @defaultValue `app`, else `router` */
  readonly exportName?: string | undefined;
  /** Which conditions hold: routes whose `when` names one that does not are dropped. */
  readonly conditions?: Conditions | undefined;
  /** Which routes are hot: counts by `"METHOD /pattern"`, or the path of a JSON file with them. */
  readonly profile?: string | Profile | undefined;
  /** Write the types of params and queries to this file. */
  readonly declarations?: string | undefined;
  /** Where results are kept between builds. @defaultValue "node_modules/.cache/busbar" */
  readonly cacheDir?: string | undefined;
  /** Give up on a module that takes longer to load. In milliseconds. @defaultValue 30_000 */
  readonly timeoutMs?: number | undefined;
}

/**
 * Options of `buildRoutes`.
 * @public
 */
export interface BuildRoutesOptions extends RoutesOptions {
  /** The folder that relative paths start from. @defaultValue the current one */
  readonly cwd?: string | undefined;
  /** Write the generated module to this file. */
  readonly out?: string | undefined;
  /** Reads handlers, for the types of their queries. @defaultValue the parser of Rollup, where it is installed */
  readonly parse?: Parse | undefined;
}

/**
 * What a build of the route table gives.
 * @public
 */
export interface BuiltRoutes {
  /** An ES module that exports `dispatch` and imports nothing. */
  readonly code: string;
  /** The text of its `.d.ts`. */
  readonly declarations: string;
  /** The hash of the table, which the router must have when it is bound. */
  readonly hash: string;
  /** The files it was made from; it is the same while they are. */
  readonly files: readonly string[];
  /** Taken from the cache: nothing was imported. */
  readonly cached: boolean;
}

/**
 * Reads a route table, generates its dispatch and types, and writes the files that are asked for and differ.
 * @throws CodedError `BUILD_MODULE_FAILED`, `BUILD_NO_TABLE`, `BUILD_TIMEOUT`, `BUILD_BAD_PROFILE`.
 * @remarks Time: while the files of the table are unchanged, that of hashing them; else one start of Node.
 * @public
 */
export async function buildRoutes(options: BuildRoutesOptions): Promise<BuiltRoutes> {
  const cwd = resolve(options.cwd ?? ".");
  const { out, declarations } = options;
  const parse = options.parse ?? (await parserOfRollup());
  const build = await runBuild(options, {
    cwd,
    parse,
    extra: { parses: parse !== undefined },
    host: undefined,
    module: undefined,
  });
  if ("error" in build) throw build.error;
  if (out !== undefined) writeIfChanged(resolve(cwd, out), build.code);
  if (declarations !== undefined) writeIfChanged(resolve(cwd, declarations), build.declarations);
  return build;
}

/** Where and how a build runs. */
export interface BuildPlace {
  readonly cwd: string;
  readonly parse: Parse | undefined;
  readonly host: ModuleHost | undefined;
  /** The name the declarations are for, when the module is no file. */
  readonly module: string | undefined;
  /** Whatever else the result depends on, as data. */
  readonly extra: unknown;
  /** Files besides those of the module that the result depends on. */
  readonly files?: readonly string[];
}

/** A build, or why there is none; in both cases with the files that decide. */
export type BuildOutcome = BuiltRoutes | { readonly error: unknown; readonly files: readonly string[] };

export async function runBuild(options: RoutesOptions, place: BuildPlace): Promise<BuildOutcome> {
  const { cwd } = place;
  const cache = new BuildCache(resolve(cwd, options.cacheDir ?? "node_modules/.cache/busbar"), [
    ...[FORMAT, ownVersion(), process.version, cwd, options.module, options.exportName],
    ...[Object.entries(options.conditions ?? {}), options.profile, place.module, place.extra],
  ]);
  const kept = cache.read();
  if (kept !== undefined) return { ...kept.output, files: kept.files, cached: true };
  const started = Date.now();
  const read = await tryReadTable(options.module, { ...options, cwd, host: place.host });
  const files = [...new Set([...read.files, ...otherFiles(options, place)])];
  if ("error" in read) return { error: read.error, files };
  try {
    const output = generate(read.table, options, place);
    if (!files.some((file) => changedSince(file, started))) cache.write(output, fileStates(files));
    return { ...output, files, cached: false };
  } catch (error) {
    return { error, files };
  }
}

/** Raised when what the same files yield changes within a release. */
const FORMAT = 1;

function ownVersion(): unknown {
  try {
    const path = createRequire(import.meta.url).resolve("busbar/package.json");
    return JSON.parse(readFileSync(path, "utf8")).version;
  } catch {
    return undefined; // bundled into something else
  }
}

function generate(table: DescribedTable, options: RoutesOptions, { cwd, module, parse }: BuildPlace): BuildOutput {
  if (table.policy !== "specificity") {
    throw new CodedError(
      "BUILD_NO_TABLE",
      `${options.module} exports an Express app: only a table of busbar can be built`,
    );
  }
  const { conditions = {} } = options;
  const profile = typeof options.profile === "string" ? readProfile(options.profile, cwd) : (options.profile ?? {});
  const dispatch = dispatchOf(table, { conditions, profile });
  return { ...dispatch, declarations: declarationsOf(withoutDead(table.routes, conditions), { module, parse }) };
}

function otherFiles({ profile }: RoutesOptions, { cwd, files = [] }: BuildPlace): readonly string[] {
  const lock = lockFile(cwd);
  return [
    ...files,
    ...(lock === undefined ? [] : [lock]),
    ...(typeof profile === "string" ? [resolve(cwd, profile)] : []),
  ];
}

/**
 * A file that changed while it was read may have been read before or after: such a result is not kept. In whole
 * milliseconds, as the clock counts: nothing is read in the first one, and a file written just before must not count.
 */
function changedSince(file: string, time: number): boolean {
  return Math.floor(statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) > time;
}

async function parserOfRollup(): Promise<Parse | undefined> {
  try {
    const { parseAst } = await import("rollup/parseAst");
    return (code) => parseAst(code);
  } catch {
    return undefined; // an optional peer: without it query types stay open
  }
}
