import type { User } from "./models.ts";

/** Stands for the Go package `myapp/services`. */
export function GetUser(id: string): readonly [User | null, Error | null] {
  return id === "" ? [null, new Error("no id")] : [{ Name: `User ${id}`, Email: `${id}@example.com` }, null];
}
