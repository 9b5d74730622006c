import type { Readable, Writable } from "node:stream";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { type App, checkLimit } from "../../lib/app/index.ts";
import { createMcpServer } from "./server.ts";
import { createToolTable } from "./tools.ts";
import type { McpStdioOptions } from "./types.ts";

/**
 * Offers routes of an app as MCP tools over standard input and output, for a client that starts this process. No server listens; calls run through the
 * app's pipeline all the same.
 * @returns Its stop; stopping twice is harmless. It ends by itself when the input does.
 * @remarks Standard output belongs to the protocol: write logs to standard error.
 * @throws CodedError `MCP_BAD_TOOL`, `APP_BAD_LIMIT`.
 * @example
 * ```ts
 * await mcpStdio(app, { name: "shop", version: "1.0.0", headers: { authorization: `Bearer ${process.env.SHOP_TOKEN}` } });
 * ```
 * @public
 */
export async function mcpStdio(app: App, options: McpStdioOptions): Promise<() => Promise<void>> {
  const { headers = {}, input = process.stdin, output = process.stdout } = options;
  const maxMessageBytes = checkLimit("maxMessageBytes", options.maxMessageBytes ?? 1_048_576);
  const server = createMcpServer(app, createToolTable(app, options), options, { headers, request: undefined });
  // cast: the SDK names Node's classes where the interfaces would do
  const transport = new StdioServerTransport(input as Readable, output as Writable, { maxBufferSize: maxMessageBytes });
  const stop = async (): Promise<void> => {
    input.off("end", onEnd);
    await server.close();
  };
  const onEnd = (): void => void stop();
  input.once("end", onEnd);
  await server.connect(transport);
  return stop;
}
