import type { Picks } from "./picks.ts";
import type { WireValue } from "./value.ts";

/** Sets the text of a child slot or of a text element. @public */
export const OP_TEXT = 0;
/** Sets or removes one attribute. @public */
export const OP_ATTRIBUTE = 1;
/** Replaces what a child slot holds. @public */
export const OP_REPLACE = 2;
/** Empties a child slot. @public */
export const OP_REMOVE = 3;
/** Removes and inserts rows at one place of a list. @public */
export const OP_SPLICE = 4;
/** Moves runs of rows of a list. @public */
export const OP_MOVE = 5;
/** Reorders a stretch of a list. @public */
export const OP_PERMUTE = 6;
/** Gives a template its number. @public */
export const OP_TEMPLATE = 7;
/** Asks the page to do something. @public */
export const OP_COMMAND = 8;

/** Changes part of the text of a child slot. @public */
export const OP_EDIT = 9;
/** Changes a stream: a list whose rows the server forgets. @public */
export const OP_STREAM = 10;

/** Takes many rows of a list out. @public */
export const OP_REMOVE_ROWS = 11;
/** Puts rows in at many places of a list. @public */
export const OP_INSERT_ROWS = 12;
/** Fills many slots whose paths differ in one step. @public */
export const OP_FILL = 13;

/** {@link OP_STREAM} Puts rows at the end. @public */
export const STREAM_APPEND = 0;
/** {@link OP_STREAM} Puts rows at the start. @public */
export const STREAM_PREPEND = 1;
/** {@link OP_STREAM} Takes rows out. @public */
export const STREAM_REMOVE = 2;
/** {@link OP_STREAM} Takes all rows out. @public */
export const STREAM_RESET = 3;
/** {@link OP_STREAM} Makes a list a stream. @public */
export const STREAM_OPEN = 4;

/** The command that brings a stylesheet, whose text is its argument; the client does it by itself. Names that begin with `bus:` are ours. @public */
export const STYLE_COMMAND = "bus:style";

/** First element of a list whose rows may differ in template. @public */
export const LIST_MIXED = -1;
/** First element of a list whose rows share one template. @public */
export const LIST_UNIFORM = -2;
/** First element of trusted markup. @public */
export const RAW = -3;
/** First element of a stream. @public */
export const LIST_STREAM = -4;

/**
 * Where a slot lies, from the root: slot index, then what that slot holds: slot index inside its template, or row index and slot index inside its list.
 * A path of one step travels as the bare number.
 * @public
 */
export type Path = number | readonly number[];

/** An attribute: its text, `true` without a value, `null` when absent. @public */
export type AttributeContent = string | true | null;
/** A template with what its slots hold. @public */
export type InstanceContent = readonly [template: number, ...values: Content[]];
/** One row: what its slots hold where the template is known from the list, else an instance. @public */
export type RowContent = readonly Content[] | InstanceContent;
/** Rows that share one template: for each, what its slots hold. @public */
export type UniformList = readonly [typeof LIST_UNIFORM, template: number, ...rows: RowContent[]];
/** Rows with a template each. @public */
export type MixedList = readonly [typeof LIST_MIXED, ...rows: InstanceContent[]];
/**
 * A stream: which one, the most rows it keeps, and rows with their keys, as in {@link StreamOperation}. Where the page shows a stream of the same `id`
 * already, it keeps those rows, and these are put behind them.
 * @public
 */
export type StreamContent = readonly [
  typeof LIST_STREAM,
  id: string,
  limit: number,
  template: number,
  ...keysAndRows: (string | number | RowContent)[],
];
/** Markup the application vouched for. @public */
export type RawContent = readonly [typeof RAW, markup: string];
/**
 * What one slot holds, as it travels: text (`""` is nothing), an attribute, an instance, a list, a stream, trusted markup.
 * @public
 */
export type Content = AttributeContent | InstanceContent | UniformList | MixedList | RawContent | StreamContent;

/** Sets a text: see {@link OP_TEXT}. @public */
export type TextOperation = readonly [typeof OP_TEXT, path: Path, text: string];
/** Sets or removes an attribute: see {@link OP_ATTRIBUTE}. @public */
export type AttributeOperation = readonly [typeof OP_ATTRIBUTE, path: Path, value: AttributeContent];
/** Replaces what a child slot holds: see {@link OP_REPLACE}. @public */
export type ReplaceOperation = readonly [typeof OP_REPLACE, path: Path, content: Content];
/** Empties a child slot: see {@link OP_REMOVE}. @public */
export type RemoveOperation = readonly [typeof OP_REMOVE, path: Path];
/**
 * {@link OP_SPLICE} At `index`, takes `remove` rows out and puts `rows` in. With `template` >= 0 each row is the array of its slots; with -1 each row
 * is an {@link InstanceContent}.
 * @public
 */
export type SpliceOperation = readonly [
  typeof OP_SPLICE,
  path: Path,
  index: number,
  remove: number,
  template?: number,
  ...rows: RowContent[],
];
/**
 * {@link OP_MOVE} Flat `from, to` pairs; a run of n > 1 neighbours is `-n, from, to`. `from` counts in the list before the operation, `to` in the list
 * after it, and pairs stand in rising order of `to`: take every run out, then put each in at its place.
 * @public
 */
export type MoveOperation = readonly [typeof OP_MOVE, path: Path, ...moves: number[]];
/**
 * {@link OP_PERMUTE} Rows `start` to `start + count` take a new order: entry i of the unpacked `order`, see `unpackOrder`, says which of them, counted from `start`, comes i-th.
 * @public
 */
export type PermuteOperation = readonly [
  typeof OP_PERMUTE,
  path: Path,
  start: number,
  count: number,
  order: Uint8Array,
];
/**
 * {@link OP_TEMPLATE} `names` has one entry per slot: an attribute's name, `""` for a child slot, `"#text"` for a text element.
 * @public
 */
export type TemplateOperation = readonly [typeof OP_TEMPLATE, number: number, ...source: TemplateSource];
/** Asks the page to do something: see {@link OP_COMMAND}. @public */
export type CommandOperation = readonly [typeof OP_COMMAND, name: string, ...args: WireValue[]];

/**
 * {@link OP_EDIT} In the text a child slot shows, takes `remove` UTF-16 units out at `start` and puts `text` in. Never splits a surrogate pair.
 * @public
 */
export type EditOperation = readonly [typeof OP_EDIT, path: Path, start: number, remove: number, text: string];
/**
 * {@link OP_STREAM} What changes a stream. Its rows are known by their keys: no path leads into it.
 * - `STREAM_APPEND`, `STREAM_PREPEND`, `template`, then keys and rows by turns, rows as in {@link SpliceOperation}: at the end, or at the start in
 *   this order; a row whose key is there already is replaced in its place. Rows beyond the limit then go, from the other end.
 * - `STREAM_REMOVE`, then keys: what is not there is passed over.
 * - `STREAM_RESET`: all rows go.
 * - `STREAM_OPEN`, `id`, `limit`, then keys: the list in the slot is this stream from now on, and these are the keys of its rows.
 * @public
 */
export type StreamOperation =
  | readonly [
      typeof OP_STREAM,
      path: Path,
      action: typeof STREAM_APPEND | typeof STREAM_PREPEND,
      template: number,
      ...keysAndRows: (string | number | RowContent)[],
    ]
  | readonly [typeof OP_STREAM, path: Path, action: typeof STREAM_REMOVE, ...keys: (string | number)[]]
  | readonly [typeof OP_STREAM, path: Path, action: typeof STREAM_RESET]
  | readonly [
      typeof OP_STREAM,
      path: Path,
      action: typeof STREAM_OPEN,
      id: string,
      limit: number,
      ...keys: (string | number)[],
    ];

/** {@link OP_REMOVE_ROWS} All at once: `rows` count in the list before the operation. @public */
export type RemoveRowsOperation = readonly [typeof OP_REMOVE_ROWS, path: Path, rows: Picks];
/** {@link OP_INSERT_ROWS} `places` count in the list after the operation; rows as in {@link SpliceOperation}, one for each. @public */
export type InsertRowsOperation = readonly [
  typeof OP_INSERT_ROWS,
  path: Path,
  places: Picks,
  template: number,
  ...rows: RowContent[],
];
/**
 * {@link OP_FILL} For each of `steps`, the slot at `path`, that step and `rest` holds the next of `values` from now on, the last of them again and again where there are
 * no more. No slot lies in another.
 * @public
 */
export type FillOperation = readonly [
  typeof OP_FILL,
  path: Path,
  steps: Picks,
  rest: Path,
  ...values: readonly [Content, ...Content[]],
];

/** A template as a client needs it: identity, markup with slot marks, a name per slot. @public */
export type TemplateSource = readonly [hash: string, markup: string, ...names: string[]];

/**
 * One change to a page. An operation is the array that travels: typed here, checked by `checkOperations`.
 * Operations of one patch apply in order; each path is read in the state the operations before it left.
 * @public
 */
export type Operation =
  | TextOperation
  | AttributeOperation
  | ReplaceOperation
  | RemoveOperation
  | SpliceOperation
  | MoveOperation
  | PermuteOperation
  | TemplateOperation
  | CommandOperation
  | EditOperation
  | StreamOperation
  | RemoveRowsOperation
  | InsertRowsOperation
  | FillOperation;
