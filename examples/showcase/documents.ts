import { join } from "node:path";
import { levelStore } from "busbar/level";
import { redisBus, redisDocuments } from "busbar/redis";
import type { Store } from "busbar/sync";
import type { Bus } from "busbar/wire";
import { createClient } from "redis";

/** Where shared texts live. */
export interface Documents {
  readonly store: Store;
  /** To the other processes, where there are several. */
  readonly bus?: Bus;
  /** The number of the next visitor, of whichever process. */
  nextGuest(): Promise<number>;
  close(): Promise<void>;
}

/** In the data folder, which belongs to one process; or in a redis, for as many as there are. */
export async function openDocuments(data: string, redis: string | undefined): Promise<Documents> {
  if (redis === undefined) {
    const store = await levelStore(join(data, "documents"));
    let guests = 0;
    return { store, nextGuest: async () => ++guests, close: () => store.close() };
  }
  const client = createClient({ url: redis, socket: { reconnectStrategy: (tries) => Math.min(tries * 100, 2000) } });
  client.on("error", (error: Error) => console.error(`redis: ${error.message}`));
  await client.connect();
  // A redis for trying things out need not be set up to keep them; a server of yours leaves `unchecked` out.
  const store = await redisDocuments(client, { prefix: "busbar-showcase:", unchecked: true });
  const bus = redisBus(client, { prefix: "busbar-showcase:", onError: (error) => console.error("redis:", error) });
  return {
    store,
    bus,
    nextGuest: () => client.incr("busbar-showcase:guests"),
    async close() {
      await store.close();
      bus.close();
      await client.close();
    },
  };
}
