import type { Content, Path, Picks, RowContent, WireValue } from "../../lib/wire/index.ts";
import {
  OP_COMMAND,
  OP_EDIT,
  OP_FILL,
  OP_MOVE,
  OP_PERMUTE,
  OP_REMOVE_ROWS,
  OP_STREAM,
  STYLE_COMMAND,
} from "../../lib/wire/index.ts";
import { toRows } from "./page.ts";
import { doc, type Instance, type LiveSlot, parentOf } from "./slots.ts";
import type { More } from "./types.ts";

/** Operations beyond the usual ones: a text in part, rows in another order, many rows at once, streams, commands. */
export const applyMore: More = (live, [, fill, splice, nodesOf, , , slotAt]) => {
  const page = live._page;
  page._apply = (operation) => {
    if (operation[0] === OP_COMMAND) {
      const [, name, ...args] = operation;
      if (name === STYLE_COMMAND)
        addStyle(args[0] as string); // cast: its argument is a text
      else if (/^bus:/.test(name)) live._command?.(name, args);
      else live._emit("command", { name, args });
      return;
    }
    const [code, path] = operation;
    const picked = code > OP_STREAM ? picksOf(operation[2] as Picks) : []; // cast: so they are in those
    if (code === OP_FILL) {
      const [rest, ...values] = operation.slice(3) as [Path, ...Content[]]; // cast: what it is made of
      picked.forEach((step, at) => {
        const value = values[Math.min(at, values.length - 1)] as Content; // cast: there is one
        fill(page, slotAt(page._root, [path, step, rest].flat() as Path), value);
      });
      return;
    }
    const slot = slotAt(page._root, path);
    if (code === OP_REMOVE_ROWS) for (const row of picked.reverse()) splice(page, slot, row, 1, []);
    else if (code > OP_STREAM) {
      const [template, ...rows] = operation.slice(3) as [number, ...RowContent[]]; // cast: what it is made of
      for (const row of toRows(template, rows)) splice(page, slot, picked.shift() as number, 0, [row]); // cast: as many as rows
    } else if (operation[0] === OP_MOVE)
      move(slot, operation.slice(2) as number[]); // cast: so it is in a move
    else if (operation[0] === OP_PERMUTE) permute(slot, operation[2], operation[3], operation[4]);
    else if (operation[0] === OP_EDIT) edit(slot, operation[2], operation[3], operation[4]);
    else if (operation[0] === OP_STREAM) page._stream?.(slot, operation[2], operation.slice(3) as WireValue[]); // cast: it is made of values
  };

  /** Changes part of a text, so that a selection in the rest of it stays. */
  const edit = (slot: LiveSlot, start: number, count: number, added: string): void => {
    const text = slot._held as Text; // cast: else the next line throws, as it should
    const old = (page._later?.get(slot) as string | undefined) ?? text.data;
    if (old.length < start + count || !text.parentNode) throw Error(); // the page is not what the server thinks
    const value = old.slice(0, start) + added + old.slice(start + count);
    if (!page._wait?.(slot, value)) text.replaceData(start, count, added);
  };

  /** Takes the moved rows out of the list and puts each in at its new place. */
  const move = (slot: LiveSlot, numbers: number[]): void => {
    const old = slot._held as Instance[]; // cast: else this throws, as it should
    const moved = new Set<Instance>();
    const moves: [to: number, rows: Instance[]][] = [];
    for (let at = 0; at < numbers.length; at += 2) {
      const run = numbers[at] as number; // casts: the server writes them in pairs
      const from = run < 0 ? (numbers[++at] as number) : run;
      const rows = old.slice(from, from + Math.max(1, -run));
      moves.push([numbers[at + 1] as number, rows]);
      for (const row of rows) moved.add(row);
    }
    const rest = old.filter((row) => !moved.has(row));
    for (const [to, rows] of moves) rest.splice(to, 0, ...rows);
    order(slot, rest, moved);
  };

  /**
   * Place after place swaps with one behind it; how far, takes as few bits as the places that are left need, and one more beyond `short`. What stands between a
   * row's markers moves, and the markers stay: a third of the nodes (bench: live, "all rows shuffled").
   */
  const permute = (slot: LiveSlot, start: number, count: number, packed: Uint8Array): void => {
    const rows = [...(slot._held as Instance[])]; // casts: else the next lines throw, as they should; and so are bits that are not there
    const moved = new Set(rows.slice(start, start + count));
    let at = 0;
    const bit = (): number => ((packed[at >> 3] as number) >> (at++ & 7)) & 1;
    for (let place = start; count; place++) {
      let width = 31 - Math.clz32(count);
      const short = (2 << width) - count--;
      let distance = 0;
      while (width--) distance = distance * 2 + bit();
      if (distance >= short) distance = distance * 2 + bit() - short;
      const row = rows[place] as Instance;
      rows[place] = rows[place + distance] as Instance;
      rows[place + distance] = row;
    }
    order(slot, rows, moved, true);
  };

  /** Moves nodes from the last to the first: what follows is in place. `moveBefore` keeps focus, frames and media. */
  const order = (slot: LiveSlot, rows: Instance[], given: Set<Instance>, isAll?: boolean): void => {
    const parent = parentOf(slot);
    const { moveBefore, insertBefore } = Element.prototype as Element & { moveBefore?: Node["insertBefore"] }; // newer than the DOM types
    const move = moveBefore ?? insertBefore;
    const moved = page._pin?.(slot, rows, given) ?? given;
    const old = slot._held as Instance[]; // cast: what was moved is a list
    slot._held = rows;
    if (isAll && moved === given) {
      const seats = old.map(({ _first, _last }) => ({ _first, _last }));
      const parts = rows.map((row, at) => (row === old[at] ? [] : nodesOf(row).slice(1, -1)));
      rows.forEach((row, at) => {
        const seat = seats[at] as Instance; // casts: as many as rows
        for (const node of parts[at] as Node[]) move.call(parent, node, seat._last);
        Object.assign(row, seat);
      });
      return;
    }
    let before = slot._end;
    for (const row of rows.toReversed()) {
      if (moved.has(row)) for (const node of nodesOf(row)) move.call(parent, node, before);
      before = row._first;
    }
  };
};

/** As `unpackPicks` of lib/wire: gaps and runs, or the first of a stretch and its bits. */
const picksOf = (picks: Picks): number[] => {
  const picked: number[] = [];
  const [first, bits] = picks as readonly [number, Uint8Array?]; // casts: see there
  let next = 0;
  if (bits && !Number.isInteger(bits))
    bits.forEach((byte, at) => {
      for (let bit = 0; bit < 8; bit++) if ((byte >> bit) & 1) picked.push(first + at * 8 + bit);
    });
  else
    for (let step of picks as readonly number[]) {
      next += Math.max(0, step);
      do picked.push(next++);
      while (++step < 0);
    }
  return picked;
};

/** Puts the stylesheet of a component that came by a patch into the head, once, with the nonce the page came with: its policy asks for it. */
const addStyle = (text: string): void => {
  if ([...doc.querySelectorAll("style")].some((style) => style.textContent === text)) return;
  const style = doc.createElement("style");
  style.nonce = doc.querySelector<HTMLElement>("[nonce]")?.nonce ?? "";
  style.textContent = text;
  doc.head.append(style);
};
