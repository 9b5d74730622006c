import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { CodedError } from "../../lib/errors/index.ts";
import type { Profile } from "./types.ts";

/**
 * Reads a profile file: a JSON object of `"METHOD /pattern"` and counts.
 * @throws CodedError `BUILD_BAD_PROFILE`
 * @public
 */
export function readProfile(path: string, cwd: string): Profile {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(resolve(cwd, path), "utf8"));
  } catch (error) {
    throw new CodedError("BUILD_BAD_PROFILE", `${path} cannot be read as JSON`, { value: path, cause: error });
  }
  const counts = typeof read === "object" && read !== null && !Array.isArray(read) ? Object.entries(read) : undefined;
  if (counts === undefined || !counts.every(([, count]) => Number.isFinite(count) && count >= 0)) {
    throw new CodedError("BUILD_BAD_PROFILE", `${path} holds no counts by "METHOD /pattern"`, { value: path });
  }
  const profile: Record<string, number> = Object.create(null);
  for (const [route, count] of counts) profile[route] = count;
  return profile;
}
