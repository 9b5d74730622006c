// Without its native part: the variable must be set before the package is loaded.
process.env.MSGPACKR_NATIVE_ACCELERATION_DISABLED = "true";
const { Packr } = await import("msgpackr");
const { subjectOf } = await import("./subject.mjs");

const packr = new Packr({ useRecords: false });
export const setUp = subjectOf({ encode: (value) => packr.pack(value), decode: (bytes) => packr.unpack(bytes) });
