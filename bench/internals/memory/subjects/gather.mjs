// A message put together from eight parts, as bytes of its own. Ways: writer, leased (stays in a lease, which is then released), bl, concat.
import { BufferList } from "bl";
import { createBufferPool, createWriter } from "busbar/pool";
import { bytesOf, fingerprint, partsOf, wayOf } from "../data.mjs";

export function setUp(caseName) {
  const size = bytesOf(caseName);
  const messages = partsOf(size);
  const once = { writer, leased, bl, concat }[wayOf(import.meta.url)]();
  let next = 0;
  const run = (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += once(messages[next++ % messages.length], lengthOf);
    return sum;
  };
  return { answer: () => messages.map((parts) => once(parts, fingerprint)).join(), run, bytes: size };
}

function lengthOf(bytes) {
  return bytes.length;
}

function writer() {
  const out = createWriter();
  return (parts, use) => {
    out.reset();
    for (const part of parts) out.bytes(part);
    return use(out.toBytes());
  };
}

function leased() {
  const pool = createBufferPool();
  return (parts, use) => {
    const out = createWriter({ pool });
    for (const part of parts) out.bytes(part);
    const lease = out.lease();
    const used = use(lease.written());
    lease.release();
    return used;
  };
}

function bl() {
  return (parts, use) => {
    const list = new BufferList();
    for (const part of parts) list.append(part);
    return use(list.slice());
  };
}

function concat() {
  return (parts, use) => use(Buffer.concat(parts));
}
