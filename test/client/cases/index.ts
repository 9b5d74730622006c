import type { Case } from "../harness/format.ts";
import { boosting } from "./boosting.ts";
import { extensions } from "./extensions.ts";
import { keeping } from "./keeping.ts";
import { marks } from "./marks.ts";
import { parts } from "./parts.ts";
import { races } from "./races.ts";
import { replies } from "./replies.ts";
import { requests } from "./requests.ts";
import { safety } from "./safety.ts";
import { swaps } from "./swaps.ts";
import { targets } from "./targets.ts";
import { triggers } from "./triggers.ts";
import { validation } from "./validation.ts";
import { values } from "./values.ts";
import { verbs } from "./verbs.ts";

/** All behaviour cases, by what they are about. */
export const groups: Readonly<Record<string, readonly Case[]>> = {
  verbs,
  swaps,
  "targets and inheritance": targets,
  triggers,
  values,
  requests,
  "statuses, types and headers of replies": replies,
  "many targets": parts,
  marks,
  "races and coordination": races,
  "what is kept, what becomes active, what runs": keeping,
  "boost and history": boosting,
  validation,
  safety,
  extensions,
};
