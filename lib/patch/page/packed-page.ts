import type { Template } from "../../html/index.ts";
import { decodeValue, encodeValue, type WireValue } from "../../wire/index.ts";
import { type Cell, Hole, Instance, isPlain, type Key, List, type Plain } from "./cells.ts";
import { keysIn, Packer, rowAt } from "./list.ts";

/**
 * What a page holds, as bytes, and the templates they name: a tenth of its memory.
 * @public
 */
export interface PackedPage {
  readonly templates: readonly Template[];
  readonly bytes: Uint8Array;
}

const INSTANCE = 0;
const RAW_MARKUP = 1;
const LIST = 2;

type PackedInstance = readonly [kind: typeof INSTANCE, template: number, ...cells: WireValue[]];

/** @throws CodedError `WIRE_TOO_DEEP` for a page that is nested too deep to be packed. */
export function packPage(root: Instance): PackedPage {
  const numbers = new Map<Template, number>();
  const instance = ({ template, cells }: Instance): PackedInstance => {
    const number = numbers.get(template) ?? numbers.size;
    numbers.set(template, number);
    return [INSTANCE, number, ...cells.map(packed)];
  };
  const packed = (cell: Cell): WireValue => {
    if (isPlain(cell)) return cell;
    if (cell instanceof Hole) return packed(cell.held);
    if (cell instanceof Instance) return instance(cell);
    if (!(cell instanceof List)) return [RAW_MARKUP, cell.markup];
    const rows = cell.blocks.flatMap((block) => block.keys.map((_, row) => instance(rowAt(block, row))));
    return [LIST, [...keysIn(cell)], ...rows];
  };
  const bytes = encodeValue(instance(root)).slice();
  return { templates: [...numbers.keys()], bytes };
}

/** The same page again, which follows nothing. */
export function unpackPage({ templates, bytes }: PackedPage): Instance {
  const instance = ([, number, ...cells]: PackedInstance): Instance => {
    const made = new Instance(templates[number] as Template, []); // cast: they were packed with it
    for (const [at, cell] of cells.entries()) made.cells.push(unpacked(cell, made, at));
    return made;
  };
  const unpacked = (value: WireValue, owner: Instance, at: number): Cell => {
    if (!Array.isArray(value)) return value as Plain; // cast: as it was packed, here and below
    if (value[0] === RAW_MARKUP) return { kind: "raw", markup: value[1] as string };
    if (value[0] === INSTANCE) {
      const made = instance(value as unknown as PackedInstance);
      made.parent = owner;
      made.at = at;
      return made;
    }
    const [, keys, ...rows] = value as unknown as readonly [number, readonly Key[], ...PackedInstance[]];
    const list = new List(owner, at);
    const packer = new Packer(list);
    for (const [index, row] of rows.entries()) packer.add(keys[index] as Key, instance(row));
    packer.done();
    return list;
  };
  return instance(decodeValue(bytes) as unknown as PackedInstance);
}
