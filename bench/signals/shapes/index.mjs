// Families of shapes. Those of js-reactivity-benchmark are written anew from what they do; the last two families are ours.
import { CELLX } from "./cellx.mjs";
import { CREATE } from "./create.mjs";
import { DYNAMIC } from "./dynamic.mjs";
import { KAIRO } from "./kairo.mjs";
import { MOL } from "./mol.mjs";
import { UNWATCHED } from "./unwatched.mjs";
import { UPDATE_APART, UPDATE_BATCHED } from "./update.mjs";

export const UNWATCHED_FAMILY = "unwatched";

export const FAMILIES = [
  { name: "kairo", shapes: [...KAIRO, MOL] },
  { name: "create", shapes: CREATE },
  { name: "update in a batch", shapes: UPDATE_BATCHED },
  { name: "cellx", shapes: CELLX },
  { name: "dynamic", shapes: DYNAMIC },
  { name: "each write", shapes: UPDATE_APART },
  { name: UNWATCHED_FAMILY, shapes: UNWATCHED },
];

export const shapeNamed = (wanted) => FAMILIES.flatMap(({ shapes }) => shapes).find(({ name }) => name === wanted);
