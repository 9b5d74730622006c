import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { freePort } from "./ports.ts";

/** A redis that a test may fill and break. */
export interface RedisServer {
  readonly url: string;
  /** Another redis with the same files takes its place, after a kill; with `REDIS_URL` it does nothing. */
  crash(): Promise<void>;
  /** Ends the server and all its data; with `REDIS_URL` it does nothing. */
  stop(): Promise<void>;
}

const MISSING =
  'Tests of busbar/redis need redis-server on PATH: install it ("apt-get install redis-server", "brew install redis"), or set REDIS_URL to a server whose keys beginning with "busbar-test" may be written and deleted.';

/**
 * Starts a redis of its own: a free port of the loopback interface, a folder that is deleted with it, nothing on disk. `REDIS_URL` names one to be used instead. Where there
 * is no redis-server, a Debian whose root we are is given one.
 */
export async function startRedis(persistence: "none" | "second" | "always" = "none"): Promise<RedisServer> {
  const { REDIS_URL } = process.env;
  if (REDIS_URL !== undefined && REDIS_URL !== "")
    return { url: REDIS_URL, crash: async () => {}, stop: async () => {} };
  const binary = findRedis() ?? installRedis();
  if (binary === undefined) throw new Error(MISSING);
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "busbar-redis-"));
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder];
  options.push("--appendonly", persistence === "none" ? "no" : "yes");
  options.push("--appendfsync", persistence === "always" ? "always" : "everysec");
  let server = await start(binary, options);
  // A test run that is ended from outside must not leave it behind.
  const kill = (): void => void server.kill("SIGKILL");
  process.once("exit", kill);
  return {
    url: `redis://127.0.0.1:${port}`,
    async crash() {
      await end(server);
      server = await start(binary, options);
    },
    async stop() {
      process.off("exit", kill);
      await end(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function start(binary: string, options: readonly string[]): Promise<ChildProcess> {
  const server = spawn(binary, options, { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise<void>((ready, fail) => {
    let said = "";
    server.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("Ready to accept connections")) ready();
    });
    server.once("error", fail);
    server.once("exit", (code) => fail(new Error(`redis-server ended with ${code}: ${said}`)));
  });
  return server;
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, "exit");
  server.kill("SIGKILL");
  await ended;
}

function findRedis(): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"];
  return folders.map((folder) => join(folder, "redis-server")).find((path) => existsSync(path));
}

/** Several test processes may come here at once: apt waits for its own lock, and who comes second finds all done. */
function installRedis(): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return undefined;
  // No service is to be started: at run level 1 none is.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const apt = (...args: readonly string[]): boolean =>
    spawnSync("apt-get", ["-qq", "-o", "DPkg::Lock::Timeout=300", ...args], { env, stdio: "ignore" }).status === 0;
  const install = (): boolean => apt("install", "-y", "--no-install-recommends", "redis-server");
  if (!install()) {
    apt("update"); // a fresh image has no lists
    install();
  }
  return findRedis();
}
