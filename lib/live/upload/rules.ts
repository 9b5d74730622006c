import type { ErrorCode } from "../../errors/index.ts";
import type { UploadRules, UploadSchemas } from "./types.ts";

/** One file field of a view, for all its sessions. @public */
export interface UploadRule extends Required<UploadRules> {
  readonly name: string;
  /** Bytes all sessions hold of it. */
  held: number;
}

/** A file as it is announced. */
export interface FileHead {
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

const MAX_NAME = 200;

export function uploadRules(schemas: UploadSchemas): ReadonlyMap<string, UploadRule> {
  return new Map(
    Object.entries(schemas).map(([name, rules]) => [
      name,
      {
        ...{ maxBytes: 10_485_760, maxFiles: 1, accept: [], maxTotalBytes: 268_435_456, keepMs: 600_000 },
        ...rules,
        name,
        held: 0,
      },
    ]),
  );
}

/** Why a file is not taken, as far as it can be told from what it claims. */
export function refusalOf(rule: UploadRule, file: FileHead, held: number): ErrorCode | undefined {
  if (held >= rule.maxFiles) return "LIVE_UPLOAD_TOO_MANY";
  if (file.size > rule.maxBytes) return "LIVE_UPLOAD_TOO_LARGE";
  if (rule.accept.length > 0 && !rule.accept.some((wanted) => fits(wanted.toLowerCase(), file)))
    return "LIVE_UPLOAD_TYPE";
  return undefined;
}

function fits(wanted: string, file: FileHead): boolean {
  if (wanted.startsWith(".")) return file.name.toLowerCase().endsWith(wanted);
  const type = file.type.toLowerCase();
  return wanted.endsWith("/*") ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}

/** A file's name without folders, control characters and what turns the direction of text around. */
export function plainName(name: string): string {
  const last = name.slice(-4 * MAX_NAME).replace(/^.*[/\\]/s, "");
  const clean = last.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "").trim();
  const short = clean.length > MAX_NAME ? clean.slice(-MAX_NAME) : clean; // the ending is worth more than the beginning
  return short === "" || short === "." || short === ".." ? "file" : short;
}
