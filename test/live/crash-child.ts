import { appendFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createClient } from "redis";
import { levelSnapshots } from "../../adapters/level/index.ts";
import { nodeHandler, nodePlatform } from "../../adapters/node/index.ts";
import { redisStore } from "../../adapters/redis/index.ts";
import { acceptSockets } from "../../adapters/ws/index.ts";
import { createApp } from "../../lib/app/index.ts";
import { liveRoute } from "../../lib/live/index.ts";
import { type CrashPoint, crashingStore, crashView } from "./crash-view.ts";

// A server that kills itself, for real, where it is told to; it says its port.
const [place = "", log = "", point = "never", prefix = ""] = process.argv.slice(2);
const crash = async (reached: CrashPoint): Promise<void> => {
  if (reached !== point) return;
  process.kill(process.pid, "SIGKILL");
  await new Promise(() => {});
};
const store = place.startsWith("redis:")
  ? redisStore(await createClient({ url: place }).connect(), { prefix })
  : await levelSnapshots(place);
const app = createApp({ platform: nodePlatform });
liveRoute(
  app,
  "/page",
  crashView((line) => appendFile(log, `${line}\n`), crash),
  {
    store: crashingStore(store, crash),
    secret: new Uint8Array(32).fill(7),
  },
);
const server = createServer(nodeHandler(app));
acceptSockets(server, app);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${typeof address === "object" ? address?.port : 0}\n`);
});
