import { spawn } from "node:child_process";
import type { AddressInfo } from "node:net";
import { createExpressServer } from "./hosts/express.ts";
import { createFastifyServer } from "./hosts/fastify.ts";
import type { HostServer } from "./hosts/host.ts";
import { createKoaServer } from "./hosts/koa.ts";
import { createNodeServer } from "./hosts/node.ts";
import { type HostName, readOptions, type ShowcaseOptions } from "./options.ts";
import { createShowcase, type Showcase } from "./showcase.ts";

const hosts: Readonly<Record<HostName, (showcase: Showcase) => Promise<HostServer>>> = {
  express: createExpressServer,
  fastify: createFastifyServer,
  koa: createKoaServer,
  node: createNodeServer,
};

async function start(options: ShowcaseOptions): Promise<() => Promise<void>> {
  const showcase = await createShowcase(options);
  const { server, close } = await hosts[options.host](showcase);
  try {
    await new Promise<void>((listening, failed) => {
      server.once("error", failed);
      server.listen(options.port, listening);
    });
  } catch (error) {
    await showcase.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo; // cast: a TCP server that listens has this shape
  console.log(`busbar showcase on ${options.host}: http://localhost:${port}/`);
  console.log(`data in ${options.data}${options.redis === undefined ? "" : `, shared texts in ${options.redis}`}`);
  const endSecond = options.redis === undefined || options.isSecond ? undefined : startSecond(options, port + 1);
  return async () => {
    endSecond?.();
    await close(); // sockets first: what they still say is stored before the store closes
    await showcase.close();
  };
}

/** The same again in a process of its own, on the same redis: what one shows, the other shows too. */
function startSecond({ host, redis = "" }: ShowcaseOptions, port: number): () => void {
  const args = ["--host", host, "--port", String(port), "--redis", redis, "--second"];
  const child = spawn(process.execPath, [process.argv[1] ?? "", ...args], { stdio: "inherit" });
  const end = (): void => void child.kill("SIGTERM");
  process.once("exit", end);
  return end;
}

/** One clear line for what a person can mend; everything else keeps its stack. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE" || code === "EACCES") return `cannot listen: ${error.message}`;
  if (error.constructor.name === "UsageError" || typeof code === "string") return error.message;
  return error.stack ?? error.message;
}

try {
  const stop = await start(readOptions(process.argv.slice(2)));
  let stopping = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      if (stopping) process.exit(1); // asked twice
      stopping = true;
      stop().then(
        () => process.exit(0),
        (error) => {
          console.error(explain(error));
          process.exit(1);
        },
      );
    });
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}
