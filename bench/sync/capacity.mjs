// What a number of documents and connections takes: the formula of docs/scaling.md, and the same world played edit by edit. Bytes, and counts a second.
// `node bench/sync/capacity.mjs` prints both for a million documents and 100,000 connections.
import { readFileSync } from "node:fs";
import process from "node:process";
import { pathToFileURL } from "node:url";

/**
 * Measured by `node --expose-gc bench/sync/constants.mjs`. `processBytes`: a server process with nothing open; `connectionBytes`: an idle connection, without the kernel's
 * buffers; `documentBytes`: an open document besides its bytes; `textFactor`: bytes in memory more for each byte of a document's snapshot while it is edited: a text typed
 * letter by letter (B4); `updateBytes`: an edit of three letters, and around it: `busBytes` on the bus (hub, kind, position, topic), `storeBytes` in LevelDB;
 * `editsPerCpuSecond`: received, checked, applied, stored in LevelDB, each by itself; `heardPerCpuSecond`: edits of other processes, read from Redis and applied;
 * `deliveriesPerCpuSecond`: one edit to one socket, everything that belongs to it included; edits that are sent together cost less.
 */
export const CONSTANTS = {
  frameBytes: 14, // around an update on the wire, WebSocket frame included: docs/wire.md
  ...JSON.parse(readFileSync(new URL("constants.json", import.meta.url), "utf8")).constants,
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

/** What docs/scaling.md says of constants. */
export function statements(constants = CONSTANTS) {
  const c = { ...CONSTANTS, ...constants };
  const { perNode } = capacity(MILLION, c);
  const { before, after } = simulate(MILLION, { constants: c });
  const number = (value) => value.toLocaleString("en-US");
  const [kilo, mega] = [1e3, 1e6].map((unit) => (bytes) => Number((bytes / unit).toPrecision(3)));
  const megabytes = ({ memoryBytes }) => Math.round(memoryBytes / 1e6);
  const { processBytes, connectionBytes, documentBytes, textFactor } = c;
  const { editsPerCpuSecond, heardPerCpuSecond, deliveriesPerCpuSecond } = c;
  return [
    `${mega(processBytes)} MB + C/N · ${kilo(connectionBytes)} kB + D k/N · (${kilo(documentBytes)} kB + S + a · ${textFactor} S)`,
    `C e / N / ${number(editsPerCpuSecond)} + C e (k - 1) / N / ${number(heardPerCpuSecond)} + C e (R - 1) / N / ${number(deliveriesPerCpuSecond)}`,
    `const memory = ${mega(processBytes)}e6 + (C / N) * ${kilo(connectionBytes)}e3 + ((D * k) / N) * (${kilo(documentBytes)}e3 + S + a * ${textFactor} * S);`,
    `const processor = (C * e) / N / ${kilo(editsPerCpuSecond)}e3 + (C * e * (k - 1)) / N / ${kilo(heardPerCpuSecond)}e3 + (C * e * (R - 1)) / N / ${kilo(deliveriesPerCpuSecond)}e3;`,
    `Math.round(memory / 1e6), ${megabytes(perNode)});`,
    `Number(processor.toFixed(2)), ${Number(perNode.cpuShare.toFixed(2))});`,
    `${number(before.connections)} connections and ${number(before.documents)} documents, ${megabytes(before)} MB and ${before.cpuShare.toFixed(2)} of a core; after the kill ` +
      `${number(after.connections)}, ${number(after.documents)}, ${megabytes(after)} MB and ${after.cpuShare.toFixed(2)}.`,
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { perNode, ...whole } = capacity(MILLION);
  const { before, after } = simulate(MILLION);
  console.log(whole);
  console.table({ "formula, each node": perNode, "played, busiest node": before, "one node killed": after });
}
