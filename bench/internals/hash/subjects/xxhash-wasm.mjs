// The same hash by the package of that name, to the same text.
import createXxhash from "xxhash-wasm";
import { hashing } from "./data.mjs";

export async function setUp(caseName) {
  const { h64Raw, h64ToString } = await createXxhash();
  const ofBytes = (bytes) => h64Raw(bytes).toString(16).padStart(16, "0");
  return hashing(caseName, caseName.startsWith("text") ? h64ToString : ofBytes);
}
