// Which processor cores there are, and how a process is kept on one.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";

/** The cores for the server and for the generator; `undefined` where processes cannot be pinned. */
export function findCores() {
  try {
    const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "";
    const cores = coresOf(list);
    execFileSync("taskset", ["-p", String(process.pid)], { stdio: "ignore" });
    return cores.length < 2 ? undefined : { server: cores[0], generator: cores[1] };
  } catch {
    return undefined;
  }
}

/** The numbers in a list such as "0-3,8". */
export function coresOf(list) {
  return list.split(",").flatMap((part) => {
    const [first, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** Keeps a process, with all its threads, on a core. */
export function pin(pid, core) {
  execFileSync("taskset", ["-a", "-c", "-p", String(core), String(pid)], { stdio: "ignore" });
}
