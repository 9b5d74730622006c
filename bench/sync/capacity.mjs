// What a number of documents and connections takes: the formula of docs/scaling.md, and the same world played edit by edit. Bytes, and counts a second.
// `node bench/sync/capacity.mjs` prints both for a million documents and 100,000 connections.
import process from "node:process";
import { pathToFileURL } from "node:url";

/** Measured on the machine of bench/results/sync.md. */
export const CONSTANTS = {
  processBytes: 60e6, // a server process with nothing open
  connectionBytes: 6.5e3, // an idle connection, without the kernel's buffers
  documentBytes: 5e3, // an open document besides its bytes
  textFactor: 20, // bytes in memory more for each byte of a document's snapshot while it is edited: a text typed letter by letter (B4)
  updateBytes: 30, // an edit of a few letters as an update
  frameBytes: 14, // around it, WebSocket frame included
  busBytes: 40, // around it on the bus: hub, kind, position, topic
  storeBytes: 90, // around it in the store
  deliveriesPerCpuSecond: 400e3, // frames handed to sockets
  editsPerCpuSecond: 2e3, // received, checked, applied, stored in LevelDB, each by itself
  heardPerCpuSecond: 20e3, // edits of other processes, read from the bus and applied
};

/**
 * @param world - `documents` in the store; `connections`; `nodes`, the processes; `snapshotBytes` of a document; `readers` of an open one;
 * `editsPerSecond` of a connection, on average over all; `writers`, the share of connections that edit at all.
 */
export function capacity(
  { documents, connections, nodes, snapshotBytes, readers, editsPerSecond, writers = 1 },
  constants = CONSTANTS,
) {
  const c = { ...CONSTANTS, ...constants };
  const open = Math.min(documents, connections / readers);
  // Without stickiness the readers of a document land on different nodes: on so many of them, on average.
  const copies = nodes * (1 - (1 - 1 / nodes) ** readers);
  const awake = 1 - (1 - writers) ** readers;
  const edits = connections * editsPerSecond;
  const deliveries = edits * (readers - 1);
  const heard = edits * (copies - 1);
  const perNode = (all) => all / nodes;
  const used = {
    connections: perNode(connections),
    documents: perNode(open * copies),
    awake: perNode(open * copies * awake),
    edits: perNode(edits),
    heard: perNode(heard),
    deliveries: perNode(deliveries),
  };
  return {
    openDocuments: open,
    copies,
    awake,
    storeBytes: documents * snapshotBytes,
    storeBytesPerSecond: edits * (c.updateBytes + c.storeBytes),
    busBytesPerSecond: heard * (c.updateBytes + c.busBytes),
    perNode: { ...used, ...costOf(used, snapshotBytes, c) },
  };
}

/**
 * Plays the same world: each reader lands on a node by chance, each edit goes to the store, over the bus to the nodes that have its document, and to its readers there. Half way
 * one node is killed, and its clients land on others.
 * @returns Of the node that has most to do of each: before the kill, and after it.
 */
export function simulate(world, { seconds = 10, random = seeded(1), constants = {} } = {}) {
  const { connections, nodes, snapshotBytes, readers, editsPerSecond, writers = 1 } = world;
  const c = { ...CONSTANTS, ...constants };
  const pick = (below) => Math.floor(random() * below);
  const place = Uint16Array.from({ length: connections }, () => pick(nodes));
  const writing = Array.from({ length: connections }, (_, index) => index).filter(() => random() < writers);
  const edited = new Set();

  const play = (dead) => {
    const used = Array.from({ length: nodes }, () => ({
      ...{ connections: 0, documents: 0, awake: 0, edits: 0, heard: 0, deliveries: 0 },
    }));
    const edits = Math.round((connections * editsPerSecond * seconds) / 2);
    for (let i = 0; i < edits; i++) {
      const writer = writing[pick(writing.length)];
      const first = writer - (writer % readers);
      edited.add(first);
      used[place[writer]].edits++;
      const there = new Set([place[writer]]);
      for (let reader = first; reader < first + readers; reader++) {
        if (reader !== writer) used[place[reader]].deliveries++;
        if (there.has(place[reader])) continue;
        there.add(place[reader]);
        used[place[reader]].heard++;
      }
    }
    for (let first = 0; first < connections; first += readers) {
      const there = new Set(place.subarray(first, first + readers));
      for (const node of there) used[node].documents++;
      if (edited.has(first)) for (const node of there) used[node].awake++;
    }
    for (const node of place) used[node].connections++;
    for (const each of used) for (const kind of ["edits", "heard", "deliveries"]) each[kind] /= seconds / 2;
    const all = used.filter((_, node) => node !== dead).map((each) => ({ ...each, ...costOf(each, snapshotBytes, c) }));
    return Object.fromEntries(Object.keys(all[0]).map((key) => [key, Math.max(...all.map((each) => each[key]))]));
  };

  const before = play(-1);
  for (let index = 0; index < connections; index++) if (place[index] === 0) place[index] = 1 + pick(nodes - 1);
  return { before, after: play(0) };
}

function costOf({ connections, documents, awake, edits, heard, deliveries }, snapshotBytes, c) {
  return {
    memoryBytes:
      c.processBytes +
      connections * c.connectionBytes +
      documents * (c.documentBytes + snapshotBytes) +
      awake * c.textFactor * snapshotBytes,
    sentBytesPerSecond: deliveries * (c.updateBytes + c.frameBytes),
    cpuShare: edits / c.editsPerCpuSecond + heard / c.heardPerCpuSecond + deliveries / c.deliveriesPerCpuSecond,
  };
}

function seeded(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** That of docs/scaling.md. */
export const MILLION = {
  documents: 1_000_000,
  connections: 100_000,
  nodes: 20,
  snapshotBytes: 20_000,
  readers: 4,
  editsPerSecond: 0.1,
  writers: 0.1,
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { perNode, ...whole } = capacity(MILLION);
  const { before, after } = simulate(MILLION);
  console.log(whole);
  console.table({ "formula, each node": perNode, "played, busiest node": before, "one node killed": after });
}
