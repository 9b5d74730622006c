import { Buffer } from "node:buffer";
import late from "./marko/late.marko";
import purchases from "./marko/purchases.marko";
import search from "./marko/search.marko";
import waiting from "./marko/waiting.marko";

const send = (template) => async (data, sink) => {
  for await (const chunk of template.render(data)) sink(Buffer.from(chunk));
};

export const marko = {
  ready: { "20 KiB": send(search), "170 KiB": send(purchases) },
  waiting: ({ results, ...data }, sink) =>
    send(waiting)({ ...data, results: results.map((one) => Promise.resolve(one)) }, sink),
  late: (data, results, sink) => send(late)({ ...data, results }, sink),
};
