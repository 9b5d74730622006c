import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type Context, checkLimit, type FileSource, type Reply } from "../../lib/app/index.ts";
import { CodedError } from "../../lib/errors/index.ts";
import { CONTENT_TYPES } from "./content-types.ts";

/**
 * Options of `staticFiles`.
 * @public
 */
export interface StaticOptions {
  /** How long browsers may use a file without asking. 0 lets them keep it and ask each time. In seconds. @defaultValue 0 */
  readonly maxAgeSeconds?: number;
  /** The address of a file never gets another content: browsers need not ask at all. @defaultValue false */
  readonly immutable?: boolean;
  /** What is served for a folder; `false` for nothing. @defaultValue "index.html" */
  readonly index?: string | false;
  /** Whether files and folders whose name starts with a dot are served. @defaultValue false */
  readonly dotfiles?: boolean;
  /** Further content types, by ending without the dot: `{ glb: "model/gltf-binary" }`. */
  readonly types?: Readonly<Record<string, string>>;
}

/**
 * A file for `c.file`: size, content type, entity tag and date are those of the moment; it is opened when it is sent.
 * @returns `undefined` when there is no such file, or it is none.
 * @throws what the file system throws for other reasons, such as missing rights. Reading throws `NODE_FILE_CHANGED` when the file is no
 * longer the one it was.
 * @remarks Never give it a path that a stranger chose: `staticFiles` is for that.
 * @example
 * ```ts
 * app.get("/report", async (c) => {
 *   const file = await openFile("reports/2026.pdf");
 *   return file === undefined ? c.text("No report yet", 404) : c.file(file, { disposition: "attachment", name: "Report 2026.pdf" });
 * });
 * ```
 * @public
 */
export async function openFile(path: string | URL): Promise<FileSource | undefined> {
  const file = typeof path === "string" ? path : fileURLToPath(path);
  const stats = await orMissing(stat(file));
  if (stats?.isFile() !== true) return undefined;
  const { size, mtimeMs, ino } = stats;
  return {
    size,
    type: CONTENT_TYPES.get(extname(file).slice(1).toLowerCase()),
    etag: `"${size.toString(36)}-${Math.floor(mtimeMs * 1000).toString(36)}-${ino.toString(36)}"`,
    lastModified: new Date(mtimeMs),
    read: (start, end) => readPart(file, start, end, mtimeMs),
  };
}

/**
 * Between the look at the file and its reading it may have been replaced, and while it is read it may be written anew: half of one and half of the
 * other is worse than nothing. The last piece waits for a second look, so that such a reply is cut short.
 */
async function* readPart(file: string, start: number, end: number, mtimeMs: number): AsyncGenerator<Uint8Array> {
  const handle = await open(file);
  try {
    await checkUnchanged(handle, mtimeMs);
    let last: Uint8Array | undefined;
    for await (const chunk of handle.createReadStream({ start, end: end - 1, autoClose: false })) {
      if (last !== undefined) yield last;
      last = chunk;
    }
    await checkUnchanged(handle, mtimeMs);
    if (last !== undefined) yield last;
  } finally {
    await handle.close();
  }
}

async function checkUnchanged(handle: FileHandle, mtimeMs: number): Promise<void> {
  if ((await handle.stat()).mtimeMs === mtimeMs) return;
  throw new CodedError("NODE_FILE_CHANGED", "a file was changed while it was being sent");
}

/**
 * Serves the files of a folder under a wildcard route: GET and HEAD, ranges, conditional requests, content types.
 * @remarks A path leads nowhere but into the folder: `..`, backslashes, NUL, names with a dot in front (unless `dotfiles`) and links that
 * point outside are all 404. A folder is served by its `index`, at an address that ends in a slash.
 * @throws CodedError `APP_BAD_LIMIT` when made with an age that is none.
 * @example
 * ```ts
 * app.get("/assets/*", staticFiles(new URL("./assets/", import.meta.url), { maxAgeSeconds: 3600 }));
 * ```
 * @public
 */
export function staticFiles(root: string | URL, options: StaticOptions = {}): (c: Context) => Promise<Reply> {
  const folder = typeof root === "string" ? root : fileURLToPath(root);
  const cacheControl = cacheControlOf(options);
  const index = options.index ?? "index.html";
  return async (c) => {
    const rest = wildcardOf(c);
    const path = rest === undefined ? undefined : safePath(rest, options.dotfiles === true);
    if (path === undefined) return notFound(c);
    const place = await inside(folder, path);
    if (place === undefined) return notFound(c);
    if (place.isFolder) {
      if (index === false) return notFound(c);
      if (!isFolderAddress(c.url))
        return c.redirect(`./${encodeURIComponent(lastOf(path))}/${queryOf(c.url)}`, { status: 308 });
      return serve(c, await inside(folder, join(path, index)), cacheControl, options.types);
    }
    return isFolderAddress(c.url) ? notFound(c) : serve(c, place, cacheControl, options.types);
  };
}

interface Place {
  readonly file: string;
  readonly isFolder: boolean;
}

async function serve(
  c: Context,
  place: Place | undefined,
  cacheControl: string,
  types: StaticOptions["types"] = {},
): Promise<Reply> {
  const source = place === undefined || place.isFolder ? undefined : await openFile(place.file);
  if (place === undefined || source === undefined) return notFound(c);
  const ending = extname(place.file).slice(1).toLowerCase();
  const type = Object.hasOwn(types, ending) ? types[ending] : undefined;
  const headers = { "cache-control": cacheControl };
  return c.file(source, type === undefined ? { headers } : { headers, type });
}

/** The real place of a path below the folder; `undefined` when there is nothing or it lies elsewhere. */
async function inside(folder: string, path: string): Promise<Place | undefined> {
  const top = await orMissing(realpath(folder));
  const file = await orMissing(realpath(join(folder, path)));
  if (top === undefined || file === undefined) return undefined;
  if (file !== top && !file.startsWith(top.endsWith(sep) ? top : top + sep)) return undefined;
  const stats = await orMissing(stat(file));
  return stats === undefined ? undefined : { file, isFolder: stats.isDirectory() };
}

/** What the pattern's wildcard matched, whatever its name. */
function wildcardOf(c: Context): string | undefined {
  const values = Object.values(c.params);
  return values[values.length - 1] ?? "";
}

/**
 * The path in the platform's own form. A wildcard's value is canonical: split at its slashes, and each piece decoded once.
 * @returns `undefined` when it could lead out of the folder.
 */
function safePath(rest: string, dotfiles: boolean): string | undefined {
  if (rest.length > MAX_PATH) return undefined;
  const segments: string[] = [];
  const pieces = rest.split("/");
  if (pieces.at(-1) === "") pieces.pop(); // the address of a folder
  for (const piece of pieces) {
    if (piece === "") return undefined; // `//a` would be a second address of `/a`, past whatever guards the first
    const segment = decodeURIComponent(piece);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
    if (/^\.\.?$|[/\\:\x00-\x1f\x7f]/.test(segment) || (!dotfiles && segment.startsWith("."))) return undefined;
    segments.push(segment);
  }
  return segments.join(sep);
}

const MAX_PATH = 4096;

function isFolderAddress(url: string): boolean {
  return url.replace(/[?#].*$/s, "").endsWith("/");
}

function queryOf(url: string): string {
  return /\?[^#]*/.exec(url)?.[0] ?? "";
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf(sep) + 1);
}

function cacheControlOf({ maxAgeSeconds = 0, immutable = false }: StaticOptions): string {
  if (immutable) return "public, max-age=31536000, immutable";
  const age = Math.min(Math.trunc(checkLimit("maxAgeSeconds", maxAgeSeconds)), FOR_EVER);
  return age > 0 ? `public, max-age=${age}` : "no-cache";
}

/** More is taken for this (RFC 9111, section 1.2.2). */
const FOR_EVER = 2 ** 31;

function notFound(c: Context): Reply {
  return c.text("Not Found", 404);
}

async function orMissing<T>(pending: Promise<T>): Promise<T | undefined> {
  try {
    return await pending;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP" || code === "ENAMETOOLONG") return undefined;
    throw error;
  }
}
