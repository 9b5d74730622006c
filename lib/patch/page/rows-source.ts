import { type Each, eachKeys, type Html, type HtmlValue, rowOf } from "../../html/index.ts";
import { isTree, type TreeInstance } from "../tree.ts";
import type { Key } from "./cells.ts";

/** The rows a list is to have. */
export interface Rows {
  readonly size: number;
  /** The key of a row, not checked. */
  keyAt(index: number): unknown;
  /** Makes or finds a row. */
  rowAt(index: number): Html | TreeInstance;
  /** What is made for a row, not looked at, where all `areFresh`: `rowOf` makes `rowAt` of it. */
  valueAt(index: number): HtmlValue;
  /** Made anew, and not read: `Html` all of them. */
  readonly areFresh: boolean;
  /** All keys. @throws CodedError `HTML_DUPLICATE_KEY` */
  keys(): readonly Key[];
}

/** Rows that `each` makes one by one, while they are compared: none of them outlives its turn. */
export class EachRows implements Rows {
  readonly areFresh = true;
  private readonly each: Each;
  private readonly items: readonly unknown[];
  private readonly known: readonly unknown[] | undefined;

  constructor(each: Each) {
    this.each = each;
    this.items = each.items();
    this.known = each.keys?.();
  }

  get size(): number {
    return this.items.length;
  }

  keyAt(index: number): unknown {
    return this.known === undefined ? this.each.key(this.items[index], index) : this.known[index];
  }

  rowAt(index: number): Html {
    return rowOf(this.valueAt(index));
  }

  valueAt(index: number): HtmlValue {
    return this.each.row(this.items[index], index);
  }

  keys(): readonly Key[] {
    return eachKeys(this.each, this.items);
  }
}

/** Rows that are there already. */
export class MadeRows implements Rows {
  readonly areFresh: boolean;
  private readonly all: readonly Key[];
  private readonly rows: readonly (Html | TreeInstance)[];

  constructor(keys: readonly Key[], rows: readonly (Html | TreeInstance)[]) {
    this.all = keys;
    this.rows = rows;
    const [first] = rows;
    this.areFresh = first !== undefined && !isTree(first); // all of them are, or none
  }

  get size(): number {
    return this.rows.length;
  }

  keyAt(index: number): unknown {
    return this.all[index];
  }

  rowAt(index: number): Html | TreeInstance {
    return this.rows[index] as Html | TreeInstance; // cast: only asked for rows there are
  }

  valueAt(index: number): HtmlValue {
    return this.rows[index] as Html; // cast: only asked for when they are
  }

  keys(): readonly Key[] {
    return this.all;
  }
}
