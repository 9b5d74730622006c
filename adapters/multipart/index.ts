/**
 * Streamed `multipart/form-data` for handlers of `busbar/app`, parsed by busboy: every size capped, every file handed to a sink.
 * @packageDocumentation
 */
export { safeFilename } from "./filename.ts";
export { multipartParts } from "./parts.ts";
export { readMultipart } from "./read.ts";
export type {
  FieldPart,
  FilePart,
  MultipartForm,
  MultipartLimits,
  MultipartOptions,
  MultipartPart,
  MultipartSource,
  StoredFile,
} from "./types.ts";
