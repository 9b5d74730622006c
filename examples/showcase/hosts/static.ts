import { readdirSync, readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { extname, join } from "node:path";

const TYPES: Readonly<Record<string, string>> = { ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml" };

/** A file of the folder by its exact name: the name is looked up in a listing, never joined from the request. */
export function readStatic(folder: string, path: string): { type: string; bytes: Buffer } | undefined {
  const name = readdirSync(folder).find((entry) => `/${entry}` === path);
  const type = TYPES[extname(name ?? "")];
  return name === undefined || type === undefined ? undefined : { type, bytes: readFileSync(join(folder, name)) };
}

export function serveStatic(folder: string, path: string, response: ServerResponse): boolean {
  const file = readStatic(folder, path);
  if (file === undefined) return false;
  response.writeHead(200, { "content-type": file.type }).end(file.bytes);
  return true;
}
