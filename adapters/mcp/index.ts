/**
 * Routes of an app as MCP tools, over streamable HTTP and stdio, on the official SDK.
 * @packageDocumentation
 */
export { serveMcp } from "./http.ts";
export { mcpStdio } from "./stdio.ts";
export type { McpMeta, McpOptions, McpStdioOptions, ServeMcpOptions } from "./types.ts";
