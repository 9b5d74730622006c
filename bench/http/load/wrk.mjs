// wrk, where it is installed: the requests are handed over as a script.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const PATIENCE_MS = 60_000;

/** Whether there is a wrk on the PATH. */
export async function hasWrk() {
  try {
    const { stdout } = await run("wrk", ["--version"], { timeout: 5000 }).catch((error) => error);
    return /^wrk /.test(stdout ?? "");
  } catch {
    return false;
  }
}

/** One run of wrk: whole seconds, at least one. */
export async function wrkLoad({ port, requests, connections, ms, core }) {
  const folder = mkdtempSync(join(tmpdir(), "busbar-wrk-"));
  try {
    const script = join(folder, "requests.lua");
    writeFileSync(script, luaOf(requests));
    const seconds = Math.max(1, Math.round(ms / 1000));
    const words = ["wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "-s", script, `http://127.0.0.1:${port}/`];
    const [file, ...rest] = core === undefined ? words : ["taskset", "-c", String(core), ...words];
    const { stdout } = await run(file, rest, { timeout: PATIENCE_MS });
    return readWrk(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The script that asks for the requests in turn. */
export function luaOf(requests) {
  const formats = requests.map(({ method, path, headers = {}, body }) => {
    const pairs = Object.entries(headers).map(([name, value]) => `[${quoted(name)}]=${quoted(value)}`);
    const text = body === undefined && method !== "GET" ? "" : body;
    return `  wrk.format(${quoted(method)}, ${quoted(path)}, {${pairs.join(", ")}}, ${text === undefined ? "nil" : quoted(text)}),`;
  });
  return [
    "local requests = {}",
    "local at = 0",
    "init = function()",
    "  requests = {",
    ...formats.map((line) => `  ${line}`),
    "  }",
    "end",
    "request = function()",
    "  at = at % #requests + 1",
    "  return requests[at]",
    "end",
    "",
  ].join("\n");
}

/** What wrk has printed. @throws when it met an error, or an answer that is none of success. */
export function readWrk(text) {
  const failure = /Socket errors:.*|Non-2xx.*/.exec(text)?.[0];
  if (failure !== undefined && /[1-9]/.test(failure.replace(/^Non-2xx or 3xx/, ""))) throw new Error(`wrk: ${failure}`);
  const perSecond = Number(/Requests\/sec:\s*([\d.]+)/.exec(text)?.[1]);
  const total = Number(/(\d+) requests in /.exec(text)?.[1]);
  if (!(perSecond > 0) || !(total > 0)) throw new Error(`wrk printed no result: ${text.slice(0, 200)}`);
  return { count: total, total, ns: (total / perSecond) * 1e9 };
}

// Lua's decimal escapes take any byte
function quoted(text) {
  return `"${[...new TextEncoder().encode(text)].map((byte) => `\\${String(byte).padStart(3, "0")}`).join("")}"`;
}
