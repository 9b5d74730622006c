import { accessSync, constants, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

export const HOSTS = ["express", "fastify", "koa", "node"] as const;
export type HostName = (typeof HOSTS)[number];

export interface ShowcaseOptions {
  readonly host: HostName;
  /** 0 picks a free port. */
  readonly port: number;
  readonly data: string;
  /** Shared texts live in this redis; a second process serves them too, on the next port. */
  readonly redis: string | undefined;
  /** This is that second process. */
  readonly isSecond: boolean;
}

export const USAGE = `Usage: npm run demo -- [--host ${HOSTS.join("|")}] [--port N] [--data DIR] [--redis URL]`;

/** Something the person at the terminal can mend: told in one line, exit code 1. */
export class UsageError extends Error {}

export function readOptions(args: readonly string[]): ShowcaseOptions {
  const values = parse(args);
  const host = HOSTS.find((name) => name === (values.host ?? "express"));
  if (host === undefined) throw new UsageError(`--host ${values.host} is none of ${HOSTS.join(", ")}`);
  const port = Number(values.port ?? "3000");
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new UsageError(`--port ${values.port} is no port`);
  const { redis, second = false } = values;
  if (redis !== undefined && !URL.canParse(redis))
    throw new UsageError(`--redis ${redis} is no address, as redis://localhost:6379 is`);
  return { host, port, data: dataFolder(values.data), redis, isSecond: second };
}

function parse(args: readonly string[]): {
  host?: string;
  port?: string;
  data?: string;
  redis?: string;
  second?: boolean;
} {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { host: text, port: text, data: text, redis: text, second: { type: "boolean" } },
    }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  }
}

function dataFolder(named: string | undefined): string {
  if (named === undefined) return mkdtempSync(join(tmpdir(), "busbar-showcase-"));
  const folder = resolve(named);
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : error;
    throw new UsageError(`cannot write to the data folder ${folder} (${code})`);
  }
  return folder;
}
