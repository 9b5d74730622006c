import { existsSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import type { Command, CommandResult } from "./commands.ts";
import { audit, type Source } from "./htmx/audit.ts";
import { auditJson, auditText } from "./htmx/report.ts";
import type { Version } from "./htmx/types.ts";
import { textOf, walk } from "./htmx/walk.ts";
import { UsageError } from "./words.ts";

/** `busbar htmx <folder|file>`: what of its htmx carries over, and what does not. */
export const htmxCommand: Command = {
  options: { "--from": "2 or 4" },
  flags: ["--check", "--json"],
  needs: "htmx needs a folder or a file: busbar htmx <folder>",
  async run({ module, values, flags }, cwd): Promise<CommandResult> {
    const start = resolve(cwd, module);
    if (!existsSync(start)) throw new UsageError(`no such folder: ${module}`);
    const { files, left, root } = walk(start);
    const nameOf = (name: string): string => relative(cwd, join(start, name)).replaceAll("\\", "/") || basename(start);
    const unread = left.map(({ name, why }) => `${nameOf(name)}: ${why}`);
    const found = audit(sourcesOf(root, files, nameOf), versionOf(values.get("--from")), unread);
    const text = flags.has("--json") ? auditJson(found) : auditText(found);
    const isDone = found.counts.change === 0 && found.left.length === 0;
    return isDone || !flags.has("--check") ? { text } : { text, exitCode: 1 };
  },
};

/** Reads one file after the other; those that are no text are passed over. Names start where the command does. */
function* sourcesOf(root: string, files: readonly string[], nameOf: (name: string) => string): Iterable<Source> {
  for (const name of files) {
    const text = textOf(join(root, name));
    if (text !== undefined) yield { file: nameOf(name), text };
  }
}

function versionOf(text: string | undefined): Version | undefined {
  if (text === undefined) return undefined;
  if (text !== "2" && text !== "4") throw new UsageError(`--from needs 2 or 4, not "${text}"`);
  return text === "4" ? 4 : 2;
}
