// Fields to escape: short and long, with none, some and many that need it.
import { datasetsOf, VARIANTS } from "../data.mjs";

const DATASETS = 4;
const SHORT = 800; // fields of about 20 characters
const LONG = 100; // fields of about 400
const JOINED = 20;

/** All cases. */
export const CASES = ["short", "long"].flatMap((length) =>
  VARIANTS.map((variant) => ({ name: `${length}, ${variant.name}`, length, variant })),
);

/** Some lists of fields, taken from the purchases of the largest page. */
export function fieldsOf({ length, variant }) {
  const isLong = length === "long";
  // a long field is many joined: the share of those that need escapes is to stay the same
  const rare = { ...variant, percent: isLong ? variant.percent / JOINED : variant.percent };
  return datasetsOf("170 KiB", rare)
    .slice(0, DATASETS)
    .map(({ purchases }) => {
      const names = purchases.map(({ name }) => name);
      const fields = isLong
        ? Array.from({ length: LONG }, (_, i) =>
            Array.from({ length: JOINED }, (_, k) => names[(i * JOINED + k) % names.length]).join(" "),
          )
        : names.slice(0, SHORT);
      return structuredClone(fields);
    });
}

/** The slow, obvious way. */
export function escapedSlowly(text) {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;")
    .replaceAll("\0", "\ufffd");
}
