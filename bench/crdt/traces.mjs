// The recorded histories of bench/data/editing-traces, and the deliveries made of them.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** `{ endContent, txns: [{ patches: [[at, deleted, inserted]], agent?, parents? }] }`. */
export function traceNamed(name) {
  const file = new URL(`../data/editing-traces/${name}.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(file)).toString());
}

/** The sequential trace several times over: each time the document is written anew in front of what stands there. */
export function repeated(trace, times) {
  return {
    endContent: trace.endContent.repeat(times),
    txns: Array.from({ length: times }, () => trace.txns).flat(),
  };
}

/**
 * Replays a concurrent trace with one document for each author; `make(agent)` opens one, `edit(doc, patches)` returns the update, `apply(doc, update)`
 * merges. Returns the updates in the order of the trace, which is causal.
 */
export function replayConcurrent({ txns, numAgents }, { make, edit, apply }) {
  const docs = Array.from({ length: numAgents }, (_, agent) => ({ doc: make(agent), known: new Set() }));
  const updates = [];
  txns.forEach(({ agent, parents, patches }, index) => {
    const { doc, known } = docs[agent];
    for (const missing of unknownAncestors(txns, parents, known)) {
      apply(doc, updates[missing]);
      known.add(missing);
    }
    known.add(index);
    updates.push(edit(doc, patches));
  });
  return updates;
}

function unknownAncestors(txns, parents, known) {
  const found = new Set();
  const stack = parents.filter((parent) => !known.has(parent));
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    for (const parent of txns[at].parents) if (!known.has(parent)) stack.push(parent);
  }
  return [...found].sort((a, b) => a - b);
}

/** Shuffled within windows of that many: the same order each time. */
export function shuffled(list, window) {
  const mixed = [...list];
  let seed = 12345;
  const next = (below) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  for (let start = 0; start < mixed.length; start += window) {
    const end = Math.min(start + window, mixed.length);
    for (let i = end - 1; i > start; i--) {
      const j = start + next(i - start + 1);
      [mixed[i], mixed[j]] = [mixed[j], mixed[i]];
    }
  }
  return mixed;
}
