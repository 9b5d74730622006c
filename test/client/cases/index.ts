import type { Case } from "../harness/format.ts";
import { boosting } from "./boosting.ts";
import { extensions } from "./extensions.ts";
import { historyCases } from "./history.ts";
import { hostile } from "./hostile.ts";
import { keeping } from "./keeping.ts";
import { marks } from "./marks.ts";
import { moving } from "./moving.ts";
import { native } from "./native.ts";
import { pageCases } from "./page.ts";
import { parts } from "./parts.ts";
import { plusPage } from "./plus-page.ts";
import { plusReplies } from "./plus-replies.ts";
import { plusTriggers } from "./plus-triggers.ts";
import { races } from "./races.ts";
import { replies } from "./replies.ts";
import { requests } from "./requests.ts";
import { safety } from "./safety.ts";
import { swaps } from "./swaps.ts";
import { syncing } from "./syncing.ts";
import { targets } from "./targets.ts";
import { triggers } from "./triggers.ts";
import { unknown } from "./unknown.ts";
import { validation } from "./validation.ts";
import { values } from "./values.ts";
import { verbs } from "./verbs.ts";

/** All behaviour cases, by what they are about. */
export const groups: Readonly<Record<string, readonly Case[]>> = {
  verbs,
  swaps,
  "scrolling and transitions": moving,
  "targets and inheritance": targets,
  triggers,
  "triggers that cannot be read": unknown,
  "what is left to the browser": native,
  values,
  requests,
  "statuses, types and headers of replies": replies,
  "many targets": parts,
  marks,
  races,
  "bus-sync": syncing,
  "what is kept, what becomes active, what runs": keeping,
  boost: boosting,
  history: historyCases,
  validation,
  safety,
  "fields, ids and markup that get in the way": hostile,
  extensions,
  "plus: triggers and selectors": plusTriggers,
  "plus: replies": plusReplies,
  "plus: the page": plusPage,
  page: pageCases,
};
