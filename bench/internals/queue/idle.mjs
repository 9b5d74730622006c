// What waiting costs: threads that block on both ends of queues, and ends that wait without blocking, for a second.
import { setTimeout as pause } from "node:timers/promises";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { createQueue, openConsumer, openProducer } from "busbar/pool";

const IDLE_MS = 1000;

if (!isMainThread && workerData?.idle !== undefined) {
  const { idle, buffer } = workerData;
  parentPort.postMessage("ready");
  if (idle === "consumer") openConsumer(buffer).pop();
  else for (const producer = openProducer(buffer); ; ) producer.push(new Uint8Array(1000));
}

/** The verdict on "no CPU when idle"; without rounds, nothing is waited for. */
export async function measureIdle(rounds) {
  const queues = [createQueue(), createQueue({ bytes: 65_536 }), createQueue()];
  openProducer(queues[0].buffer); // with no producer left, a consumer would not wait
  openProducer(queues[2].buffer);
  const waiting = openConsumer(queues[2].buffer).popAsync();
  const workers = await Promise.all([startIdle("consumer", queues[0].buffer), startIdle("producer", queues[1].buffer)]);
  let share = Number.NaN;
  if (rounds > 0) {
    await pause(300); // they fall asleep
    const before = process.cpuUsage();
    await pause(IDLE_MS);
    const { user, system } = process.cpuUsage(before);
    share = (user + system) / 1000 / IDLE_MS;
  }
  await Promise.all(workers.map((worker) => worker.terminate())); // first: a closed queue would wake them with an error
  for (const queue of queues) queue.close();
  await waiting;
  const value = `${(share * 100).toFixed(2)} % of a core, two threads and an event loop waiting`;
  return { target: "no CPU when idle: under 1 % of a core", value, met: share < 0.01, miss: "" };
}

async function startIdle(idle, buffer) {
  const worker = new Worker(new URL(import.meta.url), { workerData: { idle, buffer } });
  await new Promise((resolve) => worker.once("message", resolve));
  return worker;
}
