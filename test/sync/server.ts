import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../helpers/ports.ts";
import { bundle } from "./bundle.ts";

/** A whole server in a process of its own, with a disk. */
export interface Server {
  readonly url: string;
  start(): Promise<void>;
  /** Ends the process for real, in the middle of whatever it does. */
  kill(): Promise<void>;
  /** What the page loads, by path: for a test that plays the service worker while the server is away. */
  readonly script: string;
}

/** Bundles server and page, once. */
export async function prepareServer(entry: string): Promise<(run: (server: Server) => Promise<void>) => Promise<void>> {
  const folder = import.meta.dirname;
  const [script, page] = await Promise.all([
    bundle(join(folder, "child-server.ts")),
    bundle(join(folder, entry), "browser"),
  ]);
  return (run) => withServer(script, page, run);
}

async function withServer(script: string, page: string, run: (server: Server) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "busbar-sync-"));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "close");
  };
  const start = async (): Promise<void> => {
    const args = [script, String(port), join(folder, "db"), page];
    child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    assert.ok(child.stdout);
    const ended = once(child, "exit").then(([code]) => assert.fail(`the server ended with ${code} before it listened`));
    await Promise.race([once(child.stdout, "data"), ended]);
  };
  try {
    await start();
    await run({ url: `http://127.0.0.1:${port}`, start, kill, script: await readFile(page, "utf8") });
  } finally {
    await kill();
    await rm(folder, { recursive: true, force: true });
  }
}
