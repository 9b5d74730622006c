import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from "@modelcontextprotocol/sdk/types.js";
import type { App } from "../../lib/app/index.ts";
import { type Caller, callTool } from "./call.ts";
import type { Tool } from "./tools.ts";
import type { McpOptions } from "./types.ts";

/** The SDK's server with our tools behind it, for one connection. */
export function createMcpServer(
  app: App,
  tools: () => ReadonlyMap<string, Tool>,
  options: McpOptions,
  caller: Caller,
): Server {
  const { name, version, instructions } = options;
  const server = new Server(
    { name, version },
    {
      capabilities: { tools: {} },
      ...(instructions === undefined ? {} : { instructions }),
      jsonSchemaValidator: NO_VALIDATOR,
    },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: [...tools().values()].map(({ definition }) => definition),
  }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }, { signal }) => {
    const tool = tools().get(params.name);
    if (tool === undefined) throw new McpError(ErrorCode.InvalidParams, "there is no such tool");
    return callTool(app, tool, params.arguments ?? {}, caller, signal, options);
  });
  return server;
}

/** The SDK asks for one to judge answers to questions that we never put; its own default compiles a validator for each connection. */
const NO_VALIDATOR = {
  getValidator: () => () => ({ valid: false as const, data: undefined, errorMessage: "nothing was asked" }),
};
