// What every subject of the codec benches shares: `encode` and `decode` are its own, the inputs are the same for all.
import { decodeValue, encodeValue } from "busbar/wire";
import { valuesOf } from "../values.mjs";

/** "decode, patch 40 B" -> the operation and the name of the values. */
const split = (caseName) => {
  const at = caseName.indexOf(", ");
  return [caseName.slice(0, at), caseName.slice(at + 2)];
};

/** Equal for equal values, whatever maps have as prototype and bytes as class. */
const print = (value) =>
  // Asked of the holder: a Buffer has become JSON before the replacer sees it.
  JSON.stringify(value, function plain(key) {
    const item = this[key];
    return item instanceof Uint8Array ? Buffer.from(item).toString("base64") : item;
  });

/** Makes `setUp` of a subject. `encode` answers bytes, which `written` gives where they are lent. */
export const subjectOf =
  ({ encode, decode, written = (bytes) => bytes, done = () => {} }) =>
  (caseName) => {
    const [operation, name] = split(caseName);
    const values = valuesOf(name);
    const messages = values.map((value) => {
      const result = encode(value);
      const message = Uint8Array.from(written(result));
      done(result);
      return message;
    });
    const bytes = encodeValue(values[0]).length;
    if (operation === "decode") {
      return {
        bytes,
        answer: () => messages.map((message) => print(decode(message))).join("\n"),
        run(count) {
          let sum = 0;
          for (let i = 0; i < count; i++) sum += decode(messages[i % messages.length]) === null ? 1 : 0;
          return sum;
        },
      };
    }
    return {
      bytes,
      answer: () => messages.map((message) => print(decodeValue(message))).join("\n"),
      run(count) {
        let sum = 0;
        for (let i = 0; i < count; i++) {
          const result = encode(values[i % values.length]);
          sum += written(result).length;
          done(result);
        }
        return sum;
      },
    };
  };
