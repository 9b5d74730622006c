import { parentPort, workerData } from "node:worker_threads";
import { Control } from "./control.mjs";
import { makeWork } from "./work.mjs";

const { kind, columns, buffer, threads, thread } = workerData;
const control = new Control(threads, buffer);
const work = makeWork(kind, columns, control, thread);
parentPort.postMessage("ready");
for (let seen = 0; ; ) {
  seen = control.waitForQuestion(thread, seen);
  work.run(control.question());
  control.done();
}
