// How many files a process may have open: each socket is one.
import process from "node:process";

const OTHERS = 200; // what a process has open besides

/** @throws when a process cannot have that many sockets. */
export function assertDescriptors(sockets, limit = openFiles()) {
  if (sockets + OTHERS <= limit) return;
  throw new Error(
    `${sockets} sockets need ${sockets + OTHERS} open files in each process, and ${limit} are allowed: raise it (ulimit -n ${sockets + OTHERS}), or take fewer (BENCH_SESSIONS=${Math.max(0, limit - OTHERS)})`,
  );
}

function openFiles() {
  const limits = process.report?.getReport().userLimits; // not on every system
  const soft = limits?.open_files?.soft;
  return typeof soft === "number" ? soft : Number.POSITIVE_INFINITY;
}

const PORTS_PER_ADDRESS = 20_000; // below what Linux gives to one address by itself

/** The loopback address for a connection, by its number: one address has not ports enough for all. */
export function addressOf(number) {
  return `127.0.0.${1 + Math.floor(number / PORTS_PER_ADDRESS)}`;
}
