import * as ort from "onnxruntime-web";
import { encodeModel, encodeNode, encodeTensor, encodeValue } from "./onnx.mjs";

export const FEATURES = 4;
export const CLASSES = ["low", "middle", "high"];

/** `weights[feature][class]` and `bias[class]` of a linear classifier: softmax(x W + b). */
export const weights = [
  [1.5, -0.25, -1.25],
  [-0.5, 0.75, 0.125],
  [0.25, 0.5, -0.75],
  [-1, 0.0625, 1],
];
export const bias = [0.1, 0.2, -0.3];

/** The classifier as an ONNX model over any number of rows. */
export function linearClassifier() {
  return encodeModel({
    name: "linear",
    nodes: [encodeNode("Gemm", ["x", "w", "b"], "logits"), encodeNode("Softmax", ["logits"], "p", { axis: 1 })],
    weights: [encodeTensor("w", [FEATURES, CLASSES.length], weights.flat()), encodeTensor("b", [CLASSES.length], bias)],
    inputs: [encodeValue("x", ["rows", FEATURES])],
    outputs: [encodeValue("p", ["rows", CLASSES.length])],
  });
}

/** Loads the model: what it gives turns rows of features into rows of probabilities, all in one run. */
export async function loadModel() {
  ort.env.wasm.numThreads = 1; // rows this short are not worth handing to another thread
  const session = await ort.InferenceSession.create(linearClassifier());
  return async (rows) => {
    const x = new ort.Tensor("float32", Float32Array.from(rows.flat()), [rows.length, FEATURES]);
    const { p } = await session.run({ x });
    return rows.map((_row, i) => [...p.data.subarray(i * CLASSES.length, (i + 1) * CLASSES.length)]);
  };
}
