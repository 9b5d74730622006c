// One subject on one case, in a process of its own. A subject's module exports
//   setUp(caseName) => { answer, run, bytes?, stop? }, or a promise of it:
//     answer()     a string (or a promise of one), the same for all subjects of a case
//     run(count)   does `count` operations on inputs that change; yields a number made from their results, or a promise of it
//     bytes        payload bytes of one operation
//     stop()       ends what was started
import process from "node:process";
import { createSubject } from "./subject.mjs";

let subject;

const tasks = {
  async start({ url, caseName }) {
    subject = await createSubject(url, caseName);
    return { answer: subject.answer, bytes: subject.bytes };
  },
  async warmUp() {
    await subject.warmUp();
    return {};
  },
  async round() {
    return { ns: await subject.round() };
  },
  async allocated() {
    return { allocated: await subject.allocated() };
  },
  async stop() {
    await subject.stop();
    return {};
  },
};

process.on("disconnect", () => process.exit());
process.on("message", async (message) => {
  try {
    process.send(await tasks[message.task](message));
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
});
process.send({});
