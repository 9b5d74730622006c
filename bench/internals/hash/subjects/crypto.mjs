// What Node brings: md5 and sha1, to text. Ways: md5, sha1.
import { createHash } from "node:crypto";
import { hashing } from "./data.mjs";

export function setUp(caseName) {
  const name = new URL(import.meta.url).search.slice(1);
  return hashing(caseName, (data) => createHash(name).update(data).digest("hex"));
}
