import type { Html } from "../../html/index.ts";
import type { Operation, Path } from "../../wire/index.ts";
import type { Templates } from "../templates.ts";
import type { TreeInstance } from "../tree.ts";
import type { Around } from "./around.ts";
import type { Cell, HoleHome, Instance, List, StreamHole } from "./cells.ts";
import type { Rows } from "./rows-source.ts";
import type { Soiled } from "./soiled.ts";
import type { StreamSource } from "./stream-source.ts";

/** An evaluation, read or not. */
export type Node = Html | TreeInstance;

/** What the parts of a walk need of it. */
export interface Walker extends HoleHome {
  readonly templates: Templates;
  /** What has been done and not been told. */
  readonly out: Operation[]; // another array after some `take`
  /** Where the walk is. */
  readonly path: number[];
  /** The same, as it travels. */
  address(): Path;
  /** Holes whose content may be another by now. */
  readonly dirty: Soiled;
  /** What is done is not on the page yet. */
  readonly isMuted: boolean;
  /** The node with its spreads named. */
  named(node: Node): Node;
  /** Makes an instance of such a node. */
  make(named: Node, around: Around): Instance;
  /** Compares an instance with such a node, of its template. */
  fill(instance: Instance, named: Node, around: Around): void;
  /** Streams the client is to be told of. */
  readonly untold: Set<StreamHole>;
  /** Streams that are on the page, and some that are not any more. */
  readonly shown: Set<StreamHole>;
  /** Names a stream: no other of any page has the same. `isKnown`: the client has its rows. */
  nameStream(source: StreamSource): { readonly id: string; readonly isKnown: boolean };
  /** Runs `f` with nothing followed: of what it makes nothing is kept. */
  still<T>(f: () => T): T;
  setText(cell: Cell, text: string | number): Cell;
  setList(cell: Cell, owner: Instance, at: number, rows: Rows, around: Around): List;
}
