import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CodedError } from "../../lib/errors/index.ts";
import type { RouteConstraints } from "../../lib/router/index.ts";
import { childSource } from "./child.ts";
import type { ChildSetup, Outcome, SentRegExp, SentRoute } from "./child-messages.ts";
import { hooksUrl, LINE_FD, type Question } from "./loader-hooks.ts";
import { isPackageFile } from "./package-path.ts";
import { ServedModules } from "./served-modules.ts";
import type { DescribedRoute, DescribedTable, ModuleHost } from "./types.ts";

/**
 * Options of `readTable`.
 * @public
 */
export interface ReadTableOptions {
  /** The export that holds the table. @defaultValue `app`, else `router` */
  readonly exportName?: string | undefined;
  /** The folder that relative paths start from. @defaultValue the current one */
  readonly cwd?: string | undefined;
  /** Give up on a module that takes longer to load. In milliseconds. @defaultValue 30_000 */
  readonly timeoutMs?: number | undefined;
  /** Serves the modules in place of the disk. */
  readonly host?: ModuleHost | undefined;
}

/** A table or the reason why there is none, and in both cases the files that were looked at. */
export type TableRead =
  | { readonly table: DescribedTable; readonly files: readonly string[] }
  | { readonly error: CodedError; readonly files: readonly string[] };

/**
 * Imports a module in a process of its own and describes the route table it exports. What the module starts (timers,
 * sockets, output) ends with that process; `BUSBAR_BUILD=1` in the environment tells it where it runs.
 * @throws CodedError `BUILD_MODULE_FAILED`, `BUILD_NO_TABLE`, `BUILD_TIMEOUT`.
 * @remarks Time: one start of Node and the module's own.
 * @public
 */
export async function readTable(module: string, options: ReadTableOptions = {}): Promise<DescribedTable> {
  const read = await tryReadTable(module, options);
  if ("error" in read) throw read.error;
  return read.table;
}

/** As `readTable`; a failure comes with its files, which a watcher needs to know when to try again. */
export async function tryReadTable(module: string, options: ReadTableOptions): Promise<TableRead> {
  const { cwd = process.cwd(), timeoutMs = 30_000, host, exportName } = options;
  const file = resolve(cwd, module);
  if (!existsSync(file)) {
    return {
      error: new CodedError("BUILD_MODULE_FAILED", `no such module: ${module}`, { value: module }),
      files: [file],
    };
  }
  const served = host === undefined ? undefined : new ServedModules(host, cwd);
  const setup: ChildSetup = {
    token: randomUUID(),
    target: served === undefined ? pathToFileURL(file).href : served.urlOf(file),
    line: served === undefined ? undefined : LINE_FD,
    title: module,
    exportName,
    hooks: hooksUrl(),
    express: expressUrl(),
    defines: host?.defines ?? {},
  };
  const end = await runChild(setup, { cwd, timeoutMs, served });
  const seen = new Set([file, ...(served?.files ?? []), ...end.files]);
  const files = [...seen].filter((path) => !isPackageFile(path, cwd));
  if ("error" in end) return { error: end.error, files };
  const { policy, options: routerOptions, routes } = end.table;
  const table = { policy, options: routerOptions, routes: routes.map(reviveRoute), files };
  return { table, files };
}

type TableOutcome = Extract<Outcome, { table: unknown }>;
type ChildEnd = (TableOutcome | { readonly error: CodedError }) & { readonly files: readonly string[] };

interface RunOptions {
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly served: ServedModules | undefined;
}

interface ChildMessage {
  readonly token?: unknown;
  readonly outcome: Outcome;
  readonly urls: readonly string[];
  readonly paths: readonly string[];
}

function runChild(setup: ChildSetup, { cwd, timeoutMs, served }: RunOptions): Promise<ChildEnd> {
  const child = spawnChild(setup, cwd);
  if (served !== undefined) serveLine(child, served);
  const { title } = setup;
  return new Promise((settle) => {
    let complaint = "";
    const kill = (): void => void child.kill("SIGKILL");
    const finish = (end: ChildEnd): void => {
      clearTimeout(timer);
      process.removeListener("exit", kill);
      kill();
      settle(end);
    };
    const fail = (code: "BUILD_MODULE_FAILED" | "BUILD_TIMEOUT" | "BUILD_NO_TABLE", message: string): void =>
      finish({ error: new CodedError(code, message, { value: title }), files: [] });
    const timer = setTimeout(
      () => fail("BUILD_TIMEOUT", `${title} did not load within ${timeoutMs} ms`),
      Math.min(timeoutMs, MAX_TIMER_MS),
    );
    process.once("exit", kill);
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      complaint = (complaint + text).slice(-2000);
    });
    child.on("error", (error) => fail("BUILD_MODULE_FAILED", `${title} could not be started: ${error.message}`));
    child.on("close", (code) =>
      fail("BUILD_MODULE_FAILED", `${title} ended its process (exit code ${code}) ${complaint.trim()}`.trim()),
    );
    child.on("message", (message: ChildMessage) => {
      if (message?.token !== setup.token) return; // the module's own
      const { outcome, urls, paths } = message;
      const files = [...urls.filter((url) => url.startsWith("file:")).map((url) => fileURLToPath(url)), ...paths];
      if ("table" in outcome) finish({ ...outcome, files });
      else finish({ error: new CodedError(outcome.code, outcome.reason, { value: title }), files });
    });
  });
}

/** Node takes a longer time for one of a millisecond. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function spawnChild(setup: ChildSetup, cwd: string): ChildProcess {
  // Modules compare their own address with argv[1] to see whether they are the program: here none of them is.
  const words = ["--input-type=module", "--eval", childSource(setup), join(cwd, "busbar-routes")];
  const env = { ...process.env, BUSBAR_BUILD: "1" };
  const line = setup.line === undefined ? [] : (["pipe"] as const); // the fifth: LINE_FD
  return spawn(process.execPath, words, { cwd, env, stdio: ["ignore", "ignore", "pipe", "ipc", ...line] });
}

/** Answers the child's hooks, a line of JSON each. */
function serveLine(child: ChildProcess, served: ServedModules): void {
  const line = child.stdio[LINE_FD] as Duplex; // cast: "pipe" makes one
  line.on("error", () => {}); // a child that is gone needs no answer
  createInterface({ input: line }).on("line", async (text) => {
    const question: Question = JSON.parse(text);
    const answer = await served.answer(question);
    if (line.writable) line.write(`${JSON.stringify(answer)}\n`);
  });
}

function reviveRoute({ constraints, paths, ...route }: SentRoute): DescribedRoute {
  return {
    ...route,
    ...(constraints === undefined ? {} : { constraints: reviveConstraints(constraints) }),
    ...(paths === undefined ? {} : { paths: paths.map(reviveRegExp) }),
  };
}

function reviveConstraints({ host, version }: NonNullable<SentRoute["constraints"]>): RouteConstraints {
  return {
    ...(host === undefined ? {} : { host: typeof host === "string" ? host : reviveRegExp(host) }),
    ...(version === undefined ? {} : { version }),
  };
}

function reviveRegExp({ source, flags }: SentRegExp): RegExp {
  return new RegExp(source, flags);
}

/** The door that reads Express tables, as the child will import it; only a built package has one. */
function expressUrl(): string | undefined {
  try {
    return import.meta.resolve("busbar/express");
  } catch {
    return undefined;
  }
}
