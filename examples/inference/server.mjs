import { createServer } from "node:http";
import { batch, createApp } from "busbar/app";
import { nodeHandler, nodePlatform } from "busbar/node";
import { z } from "zod";
import { CLASSES, FEATURES, loadModel } from "./model.mjs";

const counts = { requests: 0, runs: 0 };
const run = await loadModel();

// Requests that come within two milliseconds, or while a run is under way, share the next run.
const predict = batch(
  (rows) => {
    counts.runs++;
    return run(rows);
  },
  { maxSize: 64, maxWaitMs: 2, maxQueued: 1000 },
);

const question = z.strictObject({ features: z.array(z.number().min(-1000).max(1000)).length(FEATURES) });

const app = createApp({ platform: nodePlatform, terminal: true });
app.onError((error, c) =>
  error?.code === "APP_BATCH_FULL" ? c.text("Too many requests wait.", 503, { "retry-after": "1" }) : undefined,
);
app.post("/predict", { body: question, maxBodyBytes: 1024 }, async (c) => {
  counts.requests++;
  const probabilities = await predict(c.body.features, { signal: c.signal });
  return c.json(Object.fromEntries(CLASSES.map((name, i) => [name, probabilities[i]])));
});
app.get("/counts", (c) => c.json(counts));

const server = createServer(nodeHandler(app));
server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
process.once("SIGTERM", () => {
  server.close();
  server.closeIdleConnections();
});
