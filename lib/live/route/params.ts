import type { Context } from "../../app/index.ts";
import type { View } from "../view/view.ts";

/** The path parameters as the view wants them; `undefined` when its schema refuses them. */
export async function readParams(view: View, c: Context): Promise<{ readonly value: unknown } | undefined> {
  if (view.params === undefined) return { value: c.params };
  const result = await view.params["~standard"].validate({ ...c.params });
  return result.issues === undefined ? { value: result.value } : undefined;
}
