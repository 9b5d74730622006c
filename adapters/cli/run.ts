import { buildCommand, type Command, checkCommand, printCommand, statsCommand } from "./commands.ts";
import { goxCommand } from "./gox-command.ts";
import { HELP } from "./help.ts";
import { htmxCommand } from "./htmx-command.ts";
import { replayCommand } from "./live-command.ts";
import { newCommand } from "./new-command.ts";
import { readWords } from "./words.ts";

/** Where a command runs. */
export interface CliContext {
  /** The folder that relative paths start from. */
  readonly cwd: string;
}

/** What a command has to say; when it could not do its work that is one line, for standard error. */
export interface CliResult {
  readonly exitCode: 0 | 1;
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

/** Commands of two words, by their first. */
const GROUPS: ReadonlyMap<string, ReadonlyMap<string, Command>> = new Map([
  [
    "routes",
    new Map([
      ["check", checkCommand],
      ["stats", statsCommand],
      ["build", buildCommand],
    ]),
  ],
  ["live", new Map([["replay", replayCommand]])],
  ["new", new Map([["live", newCommand]])],
]);

/** Commands that are one word. */
const AREAS: ReadonlyMap<string, Command> = new Map([
  ["gox", goxCommand],
  ["htmx", htmxCommand],
]);

/** Runs one command line, without the node and script names. Never throws and never writes to a stream. */
export async function runCli(words: readonly string[], context: CliContext): Promise<CliResult> {
  const [area, first = "", ...rest] = words;
  if (words.includes("--help") || words.includes("-h") || area === "help") return answer(HELP, 0);
  if (area === undefined) return failed("no command given");
  const single = AREAS.get(area);
  const group = GROUPS.get(area);
  const named = group?.get(first);
  if (group === undefined && single === undefined) return failed(`unknown command "${area}"`);
  if (area === "new" && named === undefined)
    return failed(first === "" ? "new needs what to make: live" : `new makes no "${first}", only live`);
  if (area === "live" && named === undefined) return failed(`unknown command "live ${first}"`);
  const command = single ?? named ?? printCommand;
  try {
    const parsed = readWords(named === undefined ? words.slice(1) : rest, command);
    const { text, exitCode = 0 } = await command.run(parsed, context.cwd);
    return answer(text, exitCode);
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

function answer(text: string, exitCode: 0 | 1): CliResult {
  return { exitCode, stream: "stdout", text };
}

function failed(reason: string): CliResult {
  const text = `busbar: ${reason.replace(/\s*\n\s*/g, " ")} (see busbar --help)`;
  return { exitCode: 1, stream: "stderr", text };
}
