import type { HelloFrame } from "../../wire/index.ts";

/** Whether a client says that it takes something. */
export function canDo(hello: HelloFrame, bit: number): boolean {
  return ((hello[7] ?? 0) & bit) !== 0;
}
