import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBuilt } from "./built.ts";

export interface RunningShowcase {
  readonly url: string;
  /** Ends the process with a signal and gives its exit code; null when the signal itself ended it. */
  stop(signal: "SIGINT" | "SIGKILL"): Promise<number | null>;
}

/** Runs the built showcase as `npm run demo` does, and waits for the address it prints. */
export async function startShowcase(...options: readonly string[]): Promise<RunningShowcase> {
  const child = spawnShowcase(options);
  const output = collect(child);
  const url = await new Promise<string>((found, failed) => {
    child.stdout?.on("data", () => {
      const address = /http:\/\/localhost:\d+/.exec(output())?.[0];
      if (address !== undefined) found(address);
    });
    child.once("exit", () => failed(new Error(`the showcase ended: ${output()}`)));
  });
  return {
    url,
    async stop(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill(signal);
      await once(child, "exit");
      return child.exitCode;
    },
  };
}

/** Runs the showcase where it cannot start, and gives what it printed and its exit code. */
export async function failShowcase(...options: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawnShowcase(options);
  const output = collect(child);
  await once(child, "close");
  return { code: child.exitCode, output: output() };
}

function spawnShowcase(options: readonly string[]): ChildProcess {
  const main = join(ensureBuilt(), "showcase/main.js");
  return spawn(process.execPath, [main, ...options], { stdio: ["ignore", "pipe", "pipe"] });
}

function collect(child: ChildProcess): () => string {
  let text = "";
  child.stdout?.on("data", (chunk) => {
    text += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    text += chunk;
  });
  return () => text;
}

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), "busbar-test-"));
