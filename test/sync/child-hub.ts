import { createServer } from "node:http";
import { createClient } from "redis";
import { nodePlatform } from "../../adapters/node/index.ts";
import { redisBus, redisDocuments } from "../../adapters/redis/index.ts";
import { acceptSockets } from "../../adapters/ws/index.ts";
import { createApp } from "../../lib/app/index.ts";
import { createHub } from "../../lib/sync/index.ts";

// One of several hubs over one redis. Arguments: port, url of redis, prefix of its keys. It prints a line once it listens.
const [port, url = "", prefix = ""] = process.argv.slice(2);
const client = await createClient({ url })
  .on("error", () => {})
  .connect();
const hub = createHub<{ user: string; author: string }>({
  store: await redisDocuments(client, { prefix, unchecked: true }),
  bus: redisBus(client, { prefix, onError: () => {} }),
  platform: nodePlatform,
  limits: { compactAfter: 50, compareMs: 500 },
  onError: () => {}, // a redis that is away: clients hear of it
});
const app = createApp();
app.socket("/sync", (c, channel) => {
  const author = String(c.query["author"]);
  hub.accept(channel, { user: author, author });
});
const server = createServer((_request, response) => response.end());
acceptSockets(server, app);
server.listen(Number(port), "127.0.0.1", () => console.log("listening"));
