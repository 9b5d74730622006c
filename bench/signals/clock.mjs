// What time is taken from. BENCH_CLOCK=cpu: the process's own processor time, with that of the engine's helpers, which says something on a busy
// machine too, where what passes on the wall says nothing.
import process from "node:process";

export const isCpu = process.env.BENCH_CLOCK === "cpu";

const NS_PER_US = 1000;

/** Nanoseconds from some moment on. */
export const now = isCpu ? cpuNs : wallNs;

function wallNs() {
  return Number(process.hrtime.bigint());
}

function cpuNs() {
  const { user, system } = process.cpuUsage();
  return (user + system) * NS_PER_US;
}
