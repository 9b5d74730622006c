/** @jsxImportSource busbar/html */

export type Named = unknown;

export type Level = number;

export interface Derived {
  // embedded: Level
  readonly Label: string;
}

export function Unported(values: unknown, items: readonly number[]): number {
  // defer close(values)
  notPorted("20:2 defer is not ported: use try and finally");
  // go send(values)
  notPorted("21:2 goroutines are not ported: use a promise, a timer or an effect");
  // select {
  // case v := <-values:
  //   return v
  // }
  notPorted("22:2 channels are not ported: use promises");
  sortSlice(items as number[], (i: number, j: number): boolean => at(items, i) < at(items, j));
  const total: any = notPorted("27:11 channels are not ported");
  const pointer: any = notPorted("28:13 addresses of variables are not ported: only those of literals, &T{}");
  notPorted("29:2 assignments through pointers are not ported: set a field of what it points at");
  // outer:
  notPorted("30:1 labels are not ported");
  while (true) {
    // break outer
    notPorted("32:3 labels are not ported");
  }
  notPorted("34:2 http.Get is not ported");
  return total;
}

export function Broken(): void {
  // x := := 2
  notPorted("39:2 expected an expression, found \":=\"");
  console.log("still here");
}

export interface Box {
  readonly Width: number;
}

export function BoxSize(b: Box): number {
  return b.Width;
}

export interface Bag {
  readonly Width: number;
}

export function BagSize(b: Bag): number {
  return b.Width;
}

export type Sized = unknown;

export function Say(one: Named, two: Sized, three: unknown): string {
  console.log(notPorted("60:10 Size of this interface is not ported: call it on a struct"));
  console.log(notPorted("61:10 Name of this interface is not ported: call it on a struct"));
  return notPorted("62:9 Name of this interface is not ported: call it on a struct");
}

/** Stands where Go could not be ported. */
function notPorted(what: string): never {
  throw new Error(`not ported: ${what}`);
}

/** Sorts in place; `less` compares by index, as in Go, and sees the order before. */
function sortSlice<T>(list: T[], less: (i: number, j: number) => boolean): void {
  const order = [...list.keys()].sort((i, j) => (less(i, j) ? -1 : less(j, i) ? 1 : 0));
  const before = [...list];
  order.forEach((from, to) => {
    list[to] = before[from] as T;
  });
}

/** The element at an index, which must be there, as in Go. */
function at<T>(list: readonly T[], index: number): T {
  if (!(index in list)) throw new RangeError(`index out of range [${index}] with length ${list.length}`);
  return list[index] as T;
}

/** What a pointer points at, which must not be nil, as in Go. */
function deref<T>(pointer: T | null): T {
  if (pointer === null) throw new TypeError("nil pointer dereference");
  return pointer;
}
