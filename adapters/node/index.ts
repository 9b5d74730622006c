/**
 * busbar in `node:http`, and what the other hosts' adapters share.
 * @packageDocumentation
 */
export { checkLeaks, type Leak, type LeakOptions } from "./check-leaks.ts";
export {
  type ClientScript,
  type ClientScriptPart,
  type ClientScripts,
  type ClientScriptsOptions,
  clientScripts,
  type ScriptTagOptions,
} from "./client-scripts.ts";
export { openFile, type StaticOptions, staticFiles } from "./files.ts";
export { continueHandler, inFront, type NodeHandlerOptions, nodeHandler, type ServeOptions, serve } from "./handler.ts";
export { type ClientSource, type HostRequestOptions, toHostRequest } from "./host-request.ts";
export { cutShort, isConnectionHeader } from "./http2.ts";
export { nodePlatform } from "./platform.ts";
export { type NodeRenderOptions, renderToNode } from "./render-to-node.ts";
export { drainAfter } from "./request-body.ts";
export { send } from "./write-reply.ts";
