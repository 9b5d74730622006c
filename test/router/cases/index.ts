import { CONSTRAINT_CASES } from "./constraints.ts";
import { ENCODING_CASES } from "./encoding.ts";
import { LIMIT_CASES } from "./limits.ts";
import { METHOD_CASES } from "./methods.ts";
import { OPTION_CASES } from "./options.ts";
import { PARAM_CASES } from "./params.ts";
import { PRECEDENCE_CASES } from "./precedence.ts";
import { PUBLIC_API_CASES } from "./public-apis.ts";
import { REQUEST_CASES } from "./requests.ts";
import { STATIC_CASES } from "./static.ts";
import type { CaseTable } from "./types.ts";
import { UNICODE_CASES } from "./unicode.ts";
import { WILDCARD_CASES } from "./wildcards.ts";

/** Every table, one group of rules after another. */
export const CASE_TABLES: readonly CaseTable[] = [
  ...STATIC_CASES,
  ...PARAM_CASES,
  ...CONSTRAINT_CASES,
  ...WILDCARD_CASES,
  ...PRECEDENCE_CASES,
  ...METHOD_CASES,
  ...OPTION_CASES,
  ...ENCODING_CASES,
  ...LIMIT_CASES,
  ...UNICODE_CASES,
  ...REQUEST_CASES,
  ...PUBLIC_API_CASES,
];
