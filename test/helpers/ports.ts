import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:net";

const FIRST = 11_000; // above those that browsers refuse
const END = 32_768; // from here on the kernel gives ports to whoever asks for any

/**
 * A port of the loopback interface that nobody listens on, for a server that is killed and started again: none that the kernel could give to a connection meanwhile, which would
 * keep the second start from it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, END);
    const probe = createServer().listen(port, "127.0.0.1");
    if (!(await isListening(probe))) continue;
    probe.close();
    await once(probe, "close");
    return port;
  }
}

async function isListening(server: Server): Promise<boolean> {
  try {
    await once(server, "listening");
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") return false;
    throw error;
  }
}
