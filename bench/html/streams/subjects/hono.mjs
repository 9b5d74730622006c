import { Buffer } from "node:buffer";
import { result, shell } from "../../subjects/hono.mjs";

export const hono = {
  waiting: async ({ query, total, results }, sink) => {
    sink(Buffer.from((await shell(query, total, results.map(lookUp))).toString()));
  },
};

async function lookUp(one) {
  return result(await one);
}
