import { type AnalyzeOptions, analyzeRoutes, type RouteAnalysis } from "../../lib/router/analyze/index.ts";
import { printRoutes } from "../../lib/router/index.ts";
import { buildRoutes, type DescribedRoute, type DescribedTable, readProfile, readTable } from "../build/index.ts";
import { findingsText, safeRoute, statisticsText } from "./report.ts";
import { type CommandSpec, UsageError, type Words } from "./words.ts";

/** What a command says, and the exit code when it is not 0. */
export interface CommandResult {
  readonly text: string;
  readonly exitCode?: 1;
}

/** One command, ready to run. */
export interface Command extends CommandSpec {
  /** @throws CodedError, or what the file system throws. */
  run(words: Words, cwd: string): Promise<CommandResult>;
}

const READ = { "--export": "a name", "--timeout": "a number of milliseconds" };
const ANALYZE = { ...READ, "--policy": "specificity or first-match" };

export const printCommand: Command = {
  options: READ,
  async run(words, cwd) {
    const { routes } = await tableOf(words, cwd);
    return { text: printRoutes(routes.map(safeRoute)) };
  },
};

export const checkCommand: Command = {
  options: ANALYZE,
  async run(words, cwd) {
    const analysis = await analysisOf(words, cwd);
    const count = analysis.conflicts.length + analysis.unreachable.length;
    const text = findingsText(analysis);
    return count === 0 ? { text } : { text, exitCode: 1 };
  },
};

export const statsCommand: Command = {
  options: { ...ANALYZE, "--profile": "a file" },
  async run(words, cwd) {
    return { text: statisticsText((await analysisOf(words, cwd)).statistics) };
  },
};

export const buildCommand: Command = {
  options: {
    ...READ,
    ...{ "--out": "a file", "--types": "a file", "--profile": "a file", "--cache-dir": "a folder" },
    "--condition": "a name and a value: --condition name=false",
  },
  async run(words, cwd) {
    const { module, values, lists } = words;
    const out = values.get("--out");
    if (out === undefined) throw new UsageError("build needs --out <file>");
    const { hash, cached } = await buildRoutes({
      module,
      cwd,
      out,
      exportName: values.get("--export"),
      timeoutMs: timeoutOf(words),
      conditions: conditionsOf(lists.get("--condition") ?? []),
      profile: values.get("--profile"),
      declarations: values.get("--types"),
      cacheDir: values.get("--cache-dir"),
    });
    return { text: `${out}: table ${hash}${cached ? ", unchanged since the last build" : ""}` };
  },
};

function tableOf(words: Words, cwd: string): Promise<DescribedTable> {
  const { module, values } = words;
  return readTable(module, { exportName: values.get("--export"), timeoutMs: timeoutOf(words), cwd });
}

async function analysisOf(words: Words, cwd: string): Promise<RouteAnalysis<DescribedRoute>> {
  const policy = policyOf(words.values.get("--policy"));
  const profile = words.values.get("--profile");
  const counts = profile === undefined ? {} : { profile: readProfile(profile, cwd) };
  return analyzeRoutes(await tableOf(words, cwd), { ...policy, ...counts });
}

function policyOf(policy: string | undefined): Pick<AnalyzeOptions, "policy"> {
  if (policy === undefined) return {};
  if (policy === "specificity" || policy === "first-match") return { policy };
  throw new UsageError(`unknown policy "${policy}"`);
}

function timeoutOf({ values }: Words): number | undefined {
  const text = values.get("--timeout");
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError("--timeout needs a number of milliseconds");
  return Number(text);
}

function conditionsOf(words: readonly string[]): Readonly<Record<string, boolean>> {
  const conditions: Record<string, boolean> = Object.create(null);
  for (const word of words) {
    const [, name = "", value] = /^([^=]+)(?:=(true|false))?$/.exec(word) ?? [];
    if (name === "") throw new UsageError(`--condition needs a name and true or false, not "${word}"`);
    conditions[name] = value !== "false";
  }
  return conditions;
}
