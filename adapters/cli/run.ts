import { printRoutesOf } from "./routes.ts";

/** Where a command runs. */
export interface CliContext {
  /** The folder that relative paths start from. */
  readonly cwd: string;
}

/** What a command has to say: to standard output when the exit code is 0, else one line to standard error. */
export interface CliResult {
  readonly exitCode: 0 | 1;
  readonly text: string;
}

const HELP = `Usage: busbar <command>

Commands:
  routes <module> [--export <name>]   Print the routes of a module as a tree. The module exports a busbar app
                                      as "app", a router as "router", or either under --export <name>.

Options:
  --help                              Show this text.`;

/** Runs one command line, without the node and script names. Never throws and never writes. */
export async function runCli(words: readonly string[], context: CliContext): Promise<CliResult> {
  const [command, ...rest] = words;
  if (words.includes("--help") || words.includes("-h") || command === "help") return { exitCode: 0, text: HELP };
  if (command === undefined) return failed("no command given");
  if (command !== "routes") return failed(`unknown command "${command}"`);
  const parsed = readRoutesWords(rest);
  if ("reason" in parsed) return failed(parsed.reason);
  const printed = await printRoutesOf(parsed.module, parsed.exportName, context.cwd);
  return "reason" in printed ? failed(printed.reason) : { exitCode: 0, text: printed.text };
}

interface RoutesWords {
  readonly module: string;
  readonly exportName: string | undefined;
}

function readRoutesWords(words: readonly string[]): RoutesWords | { readonly reason: string } {
  const plain: string[] = [];
  let exportName: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (word === "--export") {
      exportName = words[++i];
      if (exportName === undefined) return { reason: "--export needs a name" };
    } else if (word.startsWith("--export=")) exportName = word.slice("--export=".length);
    else if (word.startsWith("-")) return { reason: `unknown option "${word}"` };
    else plain.push(word);
  }
  const [module, extra] = plain;
  if (module === undefined) return { reason: "routes needs a module: busbar routes <module>" };
  return extra === undefined ? { module, exportName } : { reason: `unexpected "${extra}"` };
}

function failed(reason: string): CliResult {
  return { exitCode: 1, text: `busbar: ${reason.replace(/\s*\n\s*/g, " ")} (see busbar --help)` };
}
