// `npm run soak -- --minutes N`: mixed load on an app, from another process, over loopback. Between rounds all clients leave, and what is
// left in the app's process is sampled. Ends with 1 when something grows.
import { fork } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { verdictOn } from "./verdict.mjs";

const { values } = parseArgs({ options: { minutes: { type: "string", default: "1" } } });
const minutes = Number(values.minutes);
if (!(minutes > 0 && minutes <= 10_080)) throw new Error("--minutes is a number up to 10080 (a week)");
const ROUNDS = 20;
const WARM_UP = 6;

const start = (name, execArgv = []) => {
  const child = fork(fileURLToPath(new URL(name, import.meta.url)), [], { execArgv });
  child.once("exit", (code) => {
    if (code === 0) return;
    console.error(`${name} ended with ${code}`);
    process.exit(1);
  });
  return child;
};
const tell = async (child, message) => {
  child.send(message);
  return (await once(child, "message"))[0];
};

const server = start("server.mjs", ["--expose-gc"]);
const [{ ports }] = await once(server, "message");
const load = start("load.mjs");
load.send({ ports });

const mib = (bytes) => (bytes / 1_048_576).toFixed(2).padStart(9);
const number = (value, width) => String(value).padStart(width);
console.log("round  requests  heap MiB  ext. MiB   rss MiB  handles  sockets  streams");
const samples = [];
let told;
for (let round = 1; round <= ROUNDS; round++) {
  told = await tell(load, { ms: (minutes * 60_000) / ROUNDS });
  const sample = await tell(server, {});
  samples.push(sample);
  const requests = Object.values(told.counts).reduce((a, b) => a + b, 0);
  const handles = Object.values(sample.handles).reduce((a, b) => a + b, 0);
  console.log(
    `${number(round, 5)} ${number(requests, 9)} ${mib(sample.heapUsed)} ${mib(sample.external)} ${mib(sample.rss)} ${number(handles, 8)} ${number(sample.sockets, 8)} ${number(sample.streams, 8)}${round <= WARM_UP ? "  (warm-up)" : ""}`,
  );
}
load.disconnect();
server.disconnect();

console.log(
  `\n${Object.entries(told.counts)
    .map(([name, count]) => `${number(count, 8)}  ${name}`)
    .join("\n")}\n`,
);
const idle = Object.entries(told.counts).filter(([, count]) => count === 0);
const wrong = [
  ...verdictOn(samples.slice(WARM_UP)),
  ...told.mistakes.slice(0, 20),
  ...idle.map(([name]) => `nothing of the kind "${name}" was answered`),
];
for (const line of wrong) console.log(`WRONG  ${line}`);
if (wrong.length === 0) console.log("Nothing grew.");
process.exitCode = wrong.length === 0 ? 0 : 1;
