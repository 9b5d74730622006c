// Writes ONNX models: the few messages of its protobuf schema that a small network needs. Numbers behind `field` are those of onnx.proto.
const FLOAT = 1; // TensorProto.DataType
const INT = 2; // AttributeProto.AttributeType
const IR_VERSION = 8;
const OPSET = 13;

/**
 * The bytes of a model.
 * @param {{ name: string, nodes: Uint8Array[], weights: Uint8Array[], inputs: Uint8Array[], outputs: Uint8Array[] }} graph
 * @returns {Uint8Array}
 */
export function encodeModel({ name, nodes, weights, inputs, outputs }) {
  const graph = [
    ...nodes.map((node) => bytes(1, node)),
    text(2, name),
    ...weights.map((tensor) => bytes(5, tensor)),
    ...inputs.map((value) => bytes(11, value)),
    ...outputs.map((value) => bytes(12, value)),
  ];
  return concat([integer(1, IR_VERSION), bytes(7, concat(graph)), bytes(8, integer(2, OPSET))]);
}

/**
 * One operator of a graph.
 * @param {string} operator
 * @param {string[]} inputs
 * @param {string} output
 * @param {Record<string, number>} attributes whole numbers
 * @returns {Uint8Array}
 */
export function encodeNode(operator, inputs, output, attributes = {}) {
  const given = Object.entries(attributes).map(([name, value]) =>
    bytes(5, concat([text(1, name), integer(3, value), integer(20, INT)])),
  );
  return concat([...inputs.map((input) => text(1, input)), text(2, output), text(4, operator), ...given]);
}

/**
 * Fixed 32-bit floats, row by row.
 * @param {string} name
 * @param {number[]} dims
 * @param {number[]} values
 * @returns {Uint8Array}
 */
export function encodeTensor(name, dims, values) {
  const raw = new DataView(new ArrayBuffer(values.length * 4));
  for (const [i, value] of values.entries()) raw.setFloat32(i * 4, value, true);
  return concat([
    ...dims.map((dim) => integer(1, dim)),
    integer(2, FLOAT),
    text(8, name),
    bytes(9, new Uint8Array(raw.buffer)),
  ]);
}

/**
 * What goes in or comes out: 32-bit floats of that shape. A name instead of a number is a size that each run brings.
 * @param {string} name
 * @param {(number | string)[]} dims
 * @returns {Uint8Array}
 */
export function encodeValue(name, dims) {
  const shape = dims.map((dim) => bytes(1, typeof dim === "number" ? integer(1, dim) : text(2, dim)));
  const tensor = concat([integer(1, FLOAT), bytes(2, concat(shape))]);
  return concat([text(1, name), bytes(2, bytes(1, tensor))]);
}

function integer(field, value) {
  return concat([varint(field << 3), varint(value)]);
}

function bytes(field, content) {
  return concat([varint((field << 3) | 2), varint(content.length), content]);
}

function text(field, content) {
  return bytes(field, new TextEncoder().encode(content));
}

/** Seven bits a byte, the lowest first; the eighth says that more follow. */
function varint(value) {
  const out = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) out.push((left % 128) | 128);
  return Uint8Array.of(...out, left);
}

function concat(parts) {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
