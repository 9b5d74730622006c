// Eight numbers pushed, then popped; an operation is one of each. Ways: ours (shared memory), array.
import { createSharedStack, sharedStackMemory } from "../tried/shared-stack.mjs";
import { wayOf } from "./data.mjs";

const TOGETHER = 8;

export function setUp() {
  const stack = wayOf(import.meta.url) === "ours" ? createSharedStack(sharedStackMemory(256)) : [];
  const run = (count) => {
    let sum = 0;
    for (let done = 0; done < count; done += TOGETHER) {
      for (let i = 0; i < TOGETHER; i++) stack.push(done + i);
      for (let i = 0; i < TOGETHER; i++) sum = (sum * 31 + stack.pop()) | 0;
    }
    return sum;
  };
  return { answer: () => String(run(4096)), run };
}
