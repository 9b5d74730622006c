// CBOR, another format of the same size: its bytes are read back by itself.
process.env.CBOR_NATIVE_ACCELERATION_DISABLED = "true";
const { Encoder } = await import("cbor-x");
const { subjectOf } = await import("./subject.mjs");

const cbor = new Encoder({ useRecords: false });
const subject = subjectOf({ encode: (value) => cbor.encode(value), decode: (bytes) => cbor.decode(bytes) });
// What it encodes is no MessagePack: the answer is what it makes of it.
export const setUp = (caseName) => {
  const made = subject(caseName);
  return caseName.startsWith("decode")
    ? made
    : { ...made, answer: subject(caseName.replace(/^encode/, "decode")).answer };
};
