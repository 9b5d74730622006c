/**
 * What a feature's write builds on: the ids of other operations, which stand first in its body. So a document waits for them whether it knows the
 * feature or not, and what it passes on is never ahead of what that needs.
 *
 *   number of references; each: 2 * counter + (of another replica ? 1 : 0), then that replica's id
 */

import { bad } from "../refuse.ts";
import { MAX_COUNTER } from "./format.ts";
import type { Ref } from "./rows.ts";

/** More than any feature needs. */
export const MAX_REFS = 8;

interface Out {
  varint(value: number): void;
}

interface In {
  varint(): number;
}

export function writeRefs(out: Out, own: number, refs: readonly Ref[]): void {
  out.varint(refs.length);
  for (const { replica, counter } of refs) {
    out.varint(2 * counter + (replica === own ? 0 : 1));
    if (replica !== own) out.varint(replica);
  }
}

/** @throws CodedError CRDT_BAD_UPDATE. */
export function readRefs(from: In, own: number): Ref[] {
  const count = from.varint();
  if (count > MAX_REFS) throw bad("reference");
  const refs: Ref[] = [];
  for (let i = 0; i < count; i++) {
    const code = from.varint();
    const counter = Math.floor(code / 2);
    const replica = code % 2 === 0 ? own : from.varint();
    if (counter >= MAX_COUNTER || (code % 2 === 1 && replica === own)) throw bad("reference");
    refs.push({ replica, counter });
  }
  return refs;
}
