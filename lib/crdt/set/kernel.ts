/** A set in which adding wins: a delete takes away the additions it saw, and no others. Of a replica's additions of one value the last counts. */
import { decodeValue, type WireValue } from "../../wire/index.ts";
import type { Body, SetContainer, Write } from "../model.ts";
import { supersede } from "../update/log.ts";

export function memberKey(body: Body): string {
  let key = "";
  for (const byte of body as Uint8Array) key += String.fromCharCode(byte);
  return key;
}

export function commitMember(write: Write): void {
  const set = write.home as SetContainer; // cast: its kind's `home` made it
  const key = memberKey(write.body);
  const member = set.members.get(key) ?? { value: decodeValue(write.body as Uint8Array), adds: new Map() };
  note(set, key, member.value, set.members.has(key));
  set.members.set(key, member);
  const current = member.adds.get(write.log);
  member.adds.set(write.log, write);
  if (current !== undefined) supersede(current);
}

export function removeMember(write: Write): void {
  const set = write.home as SetContainer; // cast: its kind's `home` made it
  const key = memberKey(write.body);
  const member = set.members.get(key);
  if (member === undefined || member.adds.get(write.log) !== write) return;
  note(set, key, member.value, true);
  member.adds.delete(write.log);
  if (member.adds.size === 0) set.members.delete(key);
  supersede(write);
}

function note(set: SetContainer, key: string, value: WireValue, had: boolean): void {
  set.hooks.changing?.(set, key);
  const { changes } = set;
  if (changes !== null && !changes.has(key)) changes.set(key, { value, had });
}
