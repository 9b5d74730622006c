import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { freePort } from "./ports.ts";

/** A PostgreSQL that a test may fill and break. */
export interface PostgresServer {
  readonly url: string;
  /** The process dies as it stands, and another goes on with its files. */
  crash(): Promise<void>;
  /** Ends the server and all its data; with `POSTGRES_URL` it does nothing. */
  stop(): Promise<void>;
}

export const MISSING =
  'tests of busbar/postgres need postgres and initdb on PATH: install them ("apt-get install postgresql", "brew install postgresql"), or set POSTGRES_URL to a database in which schemas and roles beginning with "busbar_test" may be made and dropped';

/**
 * Starts a PostgreSQL of its own: a free port of the loopback interface, a folder that is deleted with it. `POSTGRES_URL` names one to be used instead. It refuses to run as root,
 * so for root another user runs it. Where there is none, a Debian whose root we are is given one. undefined: there is none, and none can be had.
 */
export async function startPostgres(): Promise<PostgresServer | undefined> {
  const { POSTGRES_URL } = process.env;
  if (POSTGRES_URL !== undefined && POSTGRES_URL !== "")
    return { url: POSTGRES_URL, crash: async () => {}, stop: async () => {} };
  const bin = findPostgres() ?? installPostgres();
  if (bin === undefined) return undefined;
  const user = otherUser();
  const folder = await mkdtemp(join(tmpdir(), "busbar-postgres-"));
  if (user !== undefined) {
    await chmod(folder, 0o777);
    execFileSync("chown", [`${user.uid}:${user.gid}`, folder]);
  }
  const data = join(folder, "data");
  execFileSync(join(bin, "initdb"), ["-D", data, "-U", "busbar", "-A", "trust", "-E", "UTF8", "--locale=C"], {
    ...user,
    cwd: folder,
    stdio: "ignore",
  });
  const port = await freePort();
  let server = await start(bin, data, port, folder, user);
  const kill = (): void => void server.kill("SIGKILL");
  process.once("exit", kill); // a test run that is ended from outside must not leave it behind
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ended = once(server, "exit");
    server.kill(signal);
    await ended;
  };
  return {
    url: `postgres://busbar@127.0.0.1:${port}/postgres`,
    async crash() {
      await end("SIGQUIT"); // what its manual calls an immediate shutdown: no flush, recovery at the next start
      server = await start(bin, data, port, folder, user);
    },
    async stop() {
      process.off("exit", kill);
      await end("SIGQUIT");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

async function start(bin: string, data: string, port: number, folder: string, user: User | undefined) {
  const options = ["-D", data, "-p", String(port), "-c", "listen_addresses=127.0.0.1", "-k", folder];
  const small = ["-c", "shared_buffers=16MB", "-c", "max_connections=60"];
  const server = spawn(join(bin, "postgres"), [...options, ...small], {
    ...user,
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  await new Promise<void>((ready, fail) => {
    let said = "";
    server.stderr.on("data", (chunk: Buffer) => {
      if (said.length < 100_000) said += chunk.toString();
      if (said.includes("database system is ready to accept connections")) ready();
    });
    server.once("error", fail);
    server.once("exit", (code) => fail(new Error(`postgres ended with ${code}: ${said}`)));
  });
  return server;
}

function findPostgres(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, "bin")) : [];
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...versions, "/opt/homebrew/bin"];
  const found = folders.find((folder) => existsSync(join(folder, "postgres")) && existsSync(join(folder, "initdb")));
  return found && dirname(realpathSync(join(found, "postgres"))); // its own folder: initdb looks for postgres beside it
}

/** postgres refuses root. */
function otherUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const ask = (what: string, name: string): number =>
    Number(spawnSync("id", [what, name], { encoding: "utf8" }).stdout);
  const name = spawnSync("id", ["postgres"]).status === 0 ? "postgres" : "nobody";
  return { uid: ask("-u", name), gid: ask("-g", name) };
}

function installPostgres(): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return undefined;
  // No service is to be started: at run level 1 none is.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const apt = (...args: readonly string[]): boolean =>
    spawnSync("apt-get", ["-qq", "-o", "DPkg::Lock::Timeout=300", ...args], { env, stdio: "ignore" }).status === 0;
  const install = (): boolean => apt("install", "-y", "--no-install-recommends", "postgresql");
  if (!install()) {
    apt("update"); // a fresh image has no lists
    install();
  }
  return findPostgres();
}
