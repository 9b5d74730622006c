import { ATTRIBUTE_CASES } from "./attributes.ts";
import type { CaseList } from "./case.ts";
import { CODE_CASES } from "./code.ts";
import { EDGE_CASES } from "./edges.ts";
import { FORGED_CASES } from "./forged.ts";
import { TEXT_CASES } from "./text.ts";
import { URL_CASES } from "./urls.ts";

/** What every renderer and every parser is asked. */
export const ALL_CASES: readonly CaseList[] = [
  ...TEXT_CASES,
  ...ATTRIBUTE_CASES,
  ...URL_CASES,
  ...CODE_CASES,
  ...FORGED_CASES,
  ...EDGE_CASES,
];
