import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { Command, CommandResult } from "./commands.ts";
import { liveFiles, typeName } from "./new/live-files.ts";
import { UsageError } from "./words.ts";

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const MAX_NAME = 64;
/** `busbar new live <name>`: the files of a live view. Writes all of them, or none. */
export const newCommand: Command = {
  options: { "--out": "a folder" },
  needs: "new live needs a name: busbar new live <name>",
  async run({ module, values }, cwd): Promise<CommandResult> {
    const name = nameOf(module);
    const folder = resolve(cwd, values.get("--out") ?? name);
    const files = liveFiles(name).map(({ path, text }) => ({ path: join(folder, path), text }));
    const there = files.filter(({ path }) => existsSync(path));
    const say = (path: string): string => relative(cwd, path).replaceAll("\\", "/");
    if (there.length > 0)
      throw new UsageError(`nothing was written: ${there.map(({ path }) => say(path)).join(", ")} exists`);
    for (const { path, text } of files) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { flag: "wx" }); // never over a file that has come meanwhile
    }
    const lines = files.map(({ path }) => `  ${say(path)}`);
    return {
      text: [
        `made`,
        ...lines,
        "",
        `next: call add${typeName(name)}(app, scripts) where your app is made; run the test with node --test`,
      ].join("\n"),
    };
  },
};

function nameOf(text: string): string {
  if (!NAME.test(text) || text.length > MAX_NAME)
    throw new UsageError(
      `a view's name is lower-case words joined by hyphens, at most ${MAX_NAME} letters: "${text.slice(0, MAX_NAME)}" is none`,
    );
  return text;
}
