import { mcpStdio } from "../../adapters/mcp/index.ts";
import { createToolApp } from "./mcp-app.ts";

// What an author would start: the app's tools on standard input and output.
await mcpStdio(createToolApp(), {
  name: "shop",
  version: "1.0.0",
  headers: { authorization: process.env["TOKEN"] ?? "" },
  maxMessageBytes: 100_000,
});
