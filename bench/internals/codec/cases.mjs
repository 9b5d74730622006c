import { bodies, frames } from "./values.mjs";

const subject = (file) => new URL(`./subjects/${file}`, import.meta.url).href;
const tried = (file) => new URL(`./tried/${file}`, import.meta.url).href;
const hasBin = (name) => name.startsWith("binary") || name.startsWith("update");
const OURS = "busbar";
const LEASED = "busbar, into a lease";
const WRITER = "over the Writer, into a lease";
const PEERS = { msgpackr: subject("msgpackr.mjs"), "@msgpack/msgpack": subject("msgpack.mjs") };
// The others only where they tell something: each subject of each case takes half a second.
const EXTRA = ["patch 40 B", "row 130 B", "1,000 rows"];

// The verdicts on these stand near their targets.
const CLOSE = ["decode, row 130 B", ...Object.keys(frames).map((name) => `encode, ${name}`)];

const subjectsOf = (operation, name) => ({
  [OURS]: subject("busbar.mjs"),
  ...(operation === "encode" ? { [LEASED]: subject("busbar-lease.mjs") } : {}),
  ...PEERS,
  ...(EXTRA.includes(name)
    ? {
        "busbar, for browsers": subject("busbar-browser.mjs"),
        ...(operation === "decode" ? { "busbar, from a stream": subject("busbar-stream.mjs") } : {}),
        ...(operation === "encode" ? { [WRITER]: tried("writer.mjs") } : {}),
        "cbor-x": subject("cbor-x.mjs"),
        ...(hasBin(name) ? {} : { JSON: subject("json.mjs") }),
      }
    : {}),
});

const cases = [...Object.keys(frames), ...Object.keys(bodies)].flatMap((name) =>
  ["encode", "decode"].map((operation) => {
    const subjects = subjectsOf(operation, name);
    const known = (names) => names.filter((one) => one in subjects);
    return {
      name: `${operation}, ${name}`,
      subjects,
      times: CLOSE.includes(`${operation}, ${name}`) ? 2 : 1,
      ours: known([OURS, LEASED, "busbar, for browsers", "busbar, from a stream"]),
      tried: known([WRITER]),
    };
  }),
);

const isSmall = (operation) => (name) => name.startsWith(`${operation}, `) && name.slice(8) in frames;

export const part = {
  name: "codec",
  title: "The codec of wire",
  notes: [
    "Frames as live and sync send them, from 5 bytes to 900, then rows, text, numbers and bytes up to 1 MiB. msgpackr without records and without its native part; cbor-x likewise, in its own format; JSON as bytes, where there is no bin.",
    "msgpackr, cbor-x and @msgpack/msgpack give bin as views of the message, which they then hold; ours copies. Results of 65 bytes and more are views of Node's buffer pool, smaller ones and those beyond 4 KiB copies.",
  ],
  cases,
  targets: [
    {
      text: "encode, frames under 1 KiB: 1.0 of msgpackr without records",
      cases: isSmall("encode"),
      ours: OURS,
      peer: "msgpackr",
      atLeast: 1,
    },
    {
      text: "encode into a lease: 1.25 of it",
      cases: isSmall("encode"),
      ours: LEASED,
      peer: "msgpackr",
      atLeast: 1.25,
    },
    {
      text: "decode: 0.8 of msgpackr without its native part",
      cases: isSmall("decode"),
      ours: OURS,
      peer: "msgpackr",
      atLeast: 0.8,
    },
    {
      text: "encode: never below @msgpack/msgpack",
      cases: isSmall("encode"),
      ours: OURS,
      peer: "@msgpack/msgpack",
      atLeast: 1,
      each: true,
    },
    {
      text: "decode: never below @msgpack/msgpack",
      cases: isSmall("decode"),
      ours: OURS,
      peer: "@msgpack/msgpack",
      atLeast: 1,
      each: true,
    },
  ],
  dropped: [
    {
      what: "MessagePack over the Writer",
      from: { case: "encode, row 130 B", tried: WRITER, over: LEASED },
      reason:
        "each byte is a call that checks for room; the encoder checks once for all a kind may take, and holds its buffer itself. They share the pool and the way text is written",
    },
  ],
};
