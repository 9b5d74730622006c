import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { Command, CommandResult } from "./commands.ts";
import { translateGox } from "./gox/translate.ts";
import { UsageError } from "./words.ts";

/** `busbar gox <file.gox|folder>`: a `.tsx` beside each `.gox`, or in another folder. */
export const goxCommand: Command = {
  options: { "--out": "a folder" },
  flags: ["--allow-gaps"],
  needs: "gox needs a file or a folder: busbar gox <file.gox>",
  async run({ module, values, flags }, cwd): Promise<CommandResult> {
    const start = resolve(cwd, module);
    const isFolder = statSync(start).isDirectory();
    const files = isFolder ? goxFiles(start) : [start];
    if (files.length === 0) throw new UsageError(`no .gox file in ${module}`);
    const out = values.get("--out");
    const base = isFolder ? start : dirname(start);
    const lines: string[] = [];
    let gaps = 0;
    for (const file of files) {
      if (!file.endsWith(".gox")) throw new UsageError(`${basename(file)} is no .gox file`);
      const { code, diagnostics } = translateGox(readFileSync(file, "utf8"), { fileName: file });
      const target = (out === undefined ? file : join(resolve(cwd, out), relative(base, file))).replace(
        /\.gox$/,
        ".tsx",
      );
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, code);
      lines.push(relative(cwd, target));
      for (const { severity, line, column, message } of diagnostics) {
        lines.push(`  ${relative(cwd, file)}:${line}:${column} ${severity}: ${message}`);
        if (severity === "gap") gaps++;
      }
    }
    lines.push(
      gaps === 0 ? "nothing was left out" : `${gaps} ${gaps === 1 ? "gap" : "gaps"}: each is marked in the output`,
    );
    const text = lines.join("\n");
    return gaps === 0 || flags.has("--allow-gaps") ? { text } : { text, exitCode: 1 };
  },
};

function goxFiles(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return found
    .filter((name) => name.endsWith(".gox") && !name.split(/[\\/]/).includes("node_modules"))
    .map((name) => join(folder, name))
    .sort();
}
