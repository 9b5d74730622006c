import { multipartParts } from "./parts.ts";
import type { FilePart, MultipartForm, MultipartOptions, MultipartSource } from "./types.ts";

/**
 * Reads a form with files: the fields are gathered, each file is streamed into `onFile`.
 * @throws CodedError as `multipartParts`; what `onFile` threw; an AggregateError of both when `discard` failed on top.
 * @remarks Memory: the fields, at most `maxFields` of `maxFieldBytes`, and a slice of the body. Files are held by nobody but your sink.
 * @example
 * ```ts
 * app.post("/photos", async (c) => {
 *   const { fields, files } = await readMultipart(c, {
 *     maxFileBytes: 5_000_000,
 *     onFile: async (file) => {
 *       const path = join(folder, randomUUID()); // never file.filename
 *       await pipeline(file.content, createWriteStream(path));
 *       return path;
 *     },
 *     discard: (path) => rm(path, { force: true }),
 *   });
 *   return c.json({ title: fields["title"], saved: files.length }, 201);
 * });
 * ```
 * @public
 */
export async function readMultipart<Value = undefined>(
  c: MultipartSource,
  options: MultipartOptions<Value> = {},
): Promise<MultipartForm<Value>> {
  const { onFile, discard, maxFiles = onFile === undefined ? 0 : undefined, ...limits } = options;
  const fields: Record<string, string | string[]> = Object.create(null);
  const taken: [FilePart, Value][] = [];
  try {
    for await (const part of multipartParts(c, maxFiles === undefined ? limits : { ...limits, maxFiles })) {
      if (part.kind === "field") put(fields, part.name, part.value);
      else if (onFile !== undefined) taken.push([part, await onFile(part)]);
    }
  } catch (error) {
    await discardAll(taken, discard, error);
    throw error;
  }
  const files = taken.map(([{ name, filename, type, byteLength }, value]) => ({
    name,
    filename,
    type,
    byteLength,
    value,
  }));
  return { fields, files };
}

async function discardAll<Value>(
  taken: readonly [FilePart, Value][],
  discard: MultipartOptions<Value>["discard"],
  error: unknown,
): Promise<void> {
  if (discard === undefined) return;
  const results = await Promise.allSettled(taken.map(async ([file, value]) => discard(value, file)));
  const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  if (failures.length > 0)
    throw new AggregateError([error, ...failures], "an upload failed, and so did discarding its files");
}

function put(fields: Record<string, string | string[]>, name: string, value: string): void {
  const before = fields[name];
  if (before === undefined) fields[name] = value;
  else if (typeof before === "string") fields[name] = [before, value];
  else before.push(value);
}
