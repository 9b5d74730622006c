import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { createServerApp } from "./server.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "3000" } } });

const server = createServerApp().listen(Number(values.port), "localhost", (error) => {
  if (error !== undefined) {
    console.error(`cannot listen: ${error.message}`);
    process.exit(1);
  }
  const { port } = server.address() as AddressInfo; // cast: a TCP server that listens has this shape
  console.log(`busbar patterns: http://localhost:${port}/`);
});

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
