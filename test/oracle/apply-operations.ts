import type { Content, InstanceContent, Operation, RowContent } from "../../lib/wire/index.ts";
import { LIST_MIXED, LIST_STREAM, LIST_UNIFORM } from "../../lib/wire/index.ts";
import { unpackOrder } from "../../lib/wire/order.ts";
import { type Picks, unpackPicks } from "../../lib/wire/picks.ts";

/** A page as plain nested data: a template's number and what its slots hold. */
export type Model = string | true | null | ModelInstance | Model[] | { raw: string } | ModelStream;
export interface ModelStream {
  stream: string;
  limit: number;
  keys: (string | number)[];
  rows: Model[];
}
export interface ModelInstance {
  template: number;
  values: Model[];
}

export function modelOf(content: Content): Model {
  if (typeof content !== "object" || content === null) return content;
  const [head, ...rest] = content as readonly [number, ...unknown[]];
  if (head === LIST_MIXED) return (rest as InstanceContent[]).map(modelOf);
  if (head === LIST_UNIFORM) {
    const [template, ...rows] = rest as [number, ...Content[][]];
    return rows.map((values) => ({ template, values: values.map(modelOf) }));
  }
  if (head === LIST_STREAM) {
    const [id, limit, template, ...keysAndRows] = rest as [string, number, number, ...unknown[]];
    const empty: ModelStream = { stream: id, limit, keys: [], rows: [] };
    return changeStream(empty, 0, [template, ...keysAndRows]);
  }
  if (head < 0) return { raw: String(rest[0]) };
  return { template: head, values: (rest as Content[]).map(modelOf) };
}

/** Applies operations the obvious way: copies everything, knows no nodes. Defined templates are collected in `known`. */
export function applyToModel(page: Model, operations: readonly Operation[], known: string[]): Model {
  const root: { values: Model[] } = { values: [structuredClone(page)] };
  for (const operation of operations) {
    const [code] = operation;
    if (code === 8) continue;
    if (code === 7) {
      if (operation[1] !== known.length) throw new Error("a template's number is not the next one");
      known.push(operation[2]);
      continue;
    }
    if (code === 13) {
      // One after the other, the last value for all that are left.
      const [, path, picks, rest, ...values] = operation;
      const steps = (at: typeof path): readonly number[] => (typeof at === "number" ? [at] : at);
      const fills = unpackPicks(picks, 2 ** 20).map((step, at): Operation => {
        return [2, [...steps(path), step, ...steps(rest)], values[Math.min(at, values.length - 1)] ?? null];
      });
      root.values[0] = applyToModel(root.values[0] ?? null, fills, known);
      continue;
    }
    const path = typeof operation[1] === "number" ? [operation[1]] : operation[1];
    const steps = [0, ...path];
    let parent: Model[] = root.values;
    for (const step of steps.slice(0, -1)) {
      const inner = parent[step];
      if (Array.isArray(inner)) parent = inner;
      else if (typeof inner === "object" && inner !== null && "values" in inner) parent = inner.values;
      else throw new Error(`no way to ${steps.join()}`);
    }
    const at = steps.at(-1) ?? 0;
    if (at >= parent.length) throw new Error(`nothing at ${steps.join()}`);
    parent[at] = change(parent[at] ?? null, operation);
  }
  return root.values[0] ?? null;
}

function change(old: Model, operation: Operation): Model {
  switch (operation[0]) {
    case 3:
      return "";
    case 4: {
      const [, , index, remove, template = -1, ...rows] = operation;
      return rowsOf(old).toSpliced(index, remove, ...rows.map((row) => rowModel(template, row)));
    }
    case 5: {
      const numbers = operation.slice(2) as number[];
      const list = rowsOf(old);
      const moves: { from: number; to: number }[] = [];
      while (numbers.length > 0) {
        const run = (numbers[0] ?? 0) < 0 ? -(numbers.shift() ?? 0) : 1;
        const [from = 0, to = 0] = numbers.splice(0, 2);
        for (let i = 0; i < run; i++) moves.push({ from: from + i, to: to + i });
      }
      const rest = list.filter((_, index) => !moves.some(({ from }) => from === index));
      for (const { from, to } of moves) rest.splice(to, 0, list[from] ?? null);
      return rest;
    }
    case 6: {
      const [, , start, count, packed] = operation;
      const list = rowsOf(old);
      const order = unpackOrder(packed, count);
      return list.map((row, at) =>
        at < start || at >= start + count ? row : (list[start + (order[at - start] ?? 0)] ?? null),
      );
    }
    case 0:
    case 1:
    case 2:
      return modelOf(operation[2]);
    case 9: {
      const [, , start, remove, text] = operation;
      if (typeof old !== "string" || start + remove > old.length) throw new Error("no such text");
      const halves = [old.slice(0, start), old.slice(start, start + remove), old.slice(start + remove), text];
      const isWhole = (text: string): boolean => !/\p{Surrogate}/u.test(text);
      if (isWhole(old) && !halves.every(isWhole)) throw new Error("splits a pair");
      return old.slice(0, start) + text + old.slice(start + remove);
    }
    case 11: {
      const gone = unpackPicks(operation[2] as Picks, rowsOf(old).length);
      return rowsOf(old).filter((_, at) => !gone.includes(at));
    }
    case 12: {
      const [, , picks, template, ...rows] = operation;
      const list = [...rowsOf(old)];
      const places = unpackPicks(picks, list.length + rows.length);
      if (places.length !== rows.length) throw new Error("a place per row");
      for (const [at, place] of places.entries()) list.splice(place, 0, rowModel(template, rows[at] as RowContent));
      return list;
    }
    case 10:
      return changeStream(old, operation[2], operation.slice(3));
    default:
      throw new Error(`operation ${operation[0]} changes no slot`);
  }
}

function changeStream(old: Model, action: number, rest: readonly unknown[]): ModelStream {
  if (action === 4) {
    const [stream, limit, ...keys] = rest as [string, number, ...(string | number)[]];
    const rows = rowsOf(old);
    if (rows.length !== keys.length) throw new Error("a key per row");
    return { stream, limit, keys, rows };
  }
  if (typeof old !== "object" || old === null || !("stream" in old)) throw new Error("not a stream");
  const { limit } = old;
  let pairs = old.keys.map((key, at): [string | number, Model] => [key, old.rows[at] ?? null]);
  if (action === 3) pairs = [];
  else if (action === 2) pairs = pairs.filter(([key]) => !rest.includes(key));
  else {
    const [template, ...keysAndRows] = rest as [number, ...(string | number | RowContent)[]];
    const fresh: [string | number, Model][] = [];
    while (keysAndRows.length > 0) {
      const [key, row] = keysAndRows.splice(0, 2) as [string | number, RowContent];
      const made = rowModel(template, row);
      const known = [...pairs, ...fresh].find(([other]) => other === key);
      if (known === undefined) fresh.push([key, made]);
      else known[1] = made;
    }
    pairs = action === 0 ? [...pairs, ...fresh].slice(-limit) : [...fresh, ...pairs].slice(0, limit);
  }
  return { ...old, keys: pairs.map(([key]) => key), rows: pairs.map(([, row]) => row) };
}

/** What a client shows that gets a page anew: of streams it shows already it keeps the rows. */
export function mountOver(before: Model, content: Content): Model {
  const streams = new Map<string, ModelStream>();
  const find = (model: Model): void => {
    if (typeof model !== "object" || model === null || "raw" in model) return;
    if ("stream" in model) streams.set(model.stream, model);
    else for (const inner of Array.isArray(model) ? model : model.values) find(inner);
  };
  find(before);
  const put = (model: Model): Model => {
    if (typeof model !== "object" || model === null || "raw" in model) return model;
    if (Array.isArray(model)) return model.map(put);
    if (!("stream" in model)) return { ...model, values: model.values.map(put) };
    const old = streams.get(model.stream);
    if (old === undefined) return model;
    const pairs = old.keys.map((key, at): [string | number, Model] => [key, old.rows[at] ?? null]);
    for (const [at, key] of model.keys.entries()) {
      const known = pairs.find(([other]) => other === key);
      if (known === undefined) pairs.push([key, model.rows[at] ?? null]);
      else known[1] = model.rows[at] ?? null;
    }
    const kept = pairs.slice(-model.limit);
    return { ...model, keys: kept.map(([key]) => key), rows: kept.map(([, row]) => row) };
  };
  return put(modelOf(content));
}

function rowModel(template: number, row: RowContent): Model {
  return template < 0 ? modelOf(row as InstanceContent) : { template, values: (row as Content[]).map(modelOf) };
}

function rowsOf(model: Model): Model[] {
  if (!Array.isArray(model)) throw new Error("not a list");
  return model;
}
