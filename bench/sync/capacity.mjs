// What a number of documents and connections takes, on paper: the formula of docs/scaling.md. Bytes, and counts a second.

/** Measured by `npm run bench -- sync`, or stated. */
export const CONSTANTS = {
  processBytes: 60e6, // a server process with nothing open
  connectionBytes: 12e3, // an idle connection, its socket included
  documentBytes: 30e3, // an open document besides its text, history and replicas
  textFactor: 24, // bytes in memory for each byte of a document's snapshot: a text typed letter by letter (B4)
  updateBytes: 30, // an edit of a few letters as an update
  frameBytes: 14, // around it, WebSocket frame included
  busBytes: 40, // around it on the bus: hub, kind, position, topic
  storeBytes: 90, // around it in the store
  deliveriesPerCpuSecond: 100e3, // frames handed to sockets
  editsPerCpuSecond: 4e3, // received, checked, applied, stored
};

/**
 * @param world - `documents` in the store; `connections`; `nodes`, the processes; `snapshotBytes` of a document; `readers` of an open one;
 * `editsPerSecond` of a connection, on average over all.
 */
export function capacity(
  { documents, connections, nodes, snapshotBytes, readers, editsPerSecond },
  constants = CONSTANTS,
) {
  const c = { ...CONSTANTS, ...constants };
  const open = Math.min(documents, connections / readers);
  // Without stickiness the readers of a document land on different nodes: on so many of them, on average.
  const copies = nodes * (1 - (1 - 1 / nodes) ** readers);
  const openPerNode = (open * copies) / nodes;
  const edits = connections * editsPerSecond;
  const deliveries = edits * (readers - 1);
  const heard = edits * (copies - 1);
  const perNode = (all) => all / nodes;
  return {
    openDocuments: open,
    copies,
    storeBytes: documents * snapshotBytes,
    appendsPerSecond: edits,
    busMessagesPerSecond: edits,
    busBytesPerSecond: heard * (c.updateBytes + c.busBytes),
    storeBytesPerSecond: edits * (c.updateBytes + c.storeBytes),
    perNode: {
      connections: perNode(connections),
      documents: openPerNode,
      memoryBytes:
        c.processBytes +
        perNode(connections) * c.connectionBytes +
        openPerNode * (c.documentBytes + c.textFactor * snapshotBytes),
      sentBytesPerSecond: perNode(deliveries) * (c.updateBytes + c.frameBytes),
      cpuShare: perNode(edits + heard) / c.editsPerCpuSecond + perNode(deliveries) / c.deliveriesPerCpuSecond,
    },
  };
}
