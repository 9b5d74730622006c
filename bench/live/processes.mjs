// Processes of the parts. BENCH_PROFILE=<folder> writes a profile of the processor for each.
import { fork } from "node:child_process";
import process from "node:process";
import { ask } from "../session.mjs";

const PROFILED = ["--cpu-prof", "--cpu-prof-interval", "200"];

/** Starts a worker and waits until it is ready. */
export async function start(file, args, name = args.join(" ")) {
  const folder = process.env.BENCH_PROFILE;
  const label = name.replaceAll(/\W+/g, "-");
  const profile =
    folder === undefined
      ? []
      : [...PROFILED, "--cpu-prof-dir", folder, "--cpu-prof-name", `${label}-${Date.now()}.cpuprofile`];
  const child = fork(new URL(file, import.meta.url), args.map(String), {
    execArgv: ["--expose-gc", ...profile],
    serialization: "advanced",
    env: { ...process.env, NODE_ENV: "production" },
  });
  const worker = { name, child };
  const ready = new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`${name} ended with ${code}; nothing is written`)));
  });
  worker.ready = await ready;
  child.removeAllListeners("exit");
  return worker;
}

/** Sends a message and waits for the answer. */
export { ask };

/** Lets a worker end by itself, so that its profile is written. */
export function stop({ child }) {
  if (child.connected) child.disconnect();
  else child.kill();
}
