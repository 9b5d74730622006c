/** @jsxImportSource busbar/html */
import type { Html } from "busbar/html";
import { component } from "busbar/live";
import { signal } from "busbar/signals";

export interface Base {
  ID: number;
  Tags: readonly string[];
}

export function BaseLabel(b: Base): string {
  return `#${b.ID}`;
}

export function BaseRename(b: Base, id: number): void {
  b.ID = id;
}

export function BasePeek(b: Base): number {
  return b.ID;
}

export interface Audit {
  By: string;
  Count: number;
}

export function AuditTouch(a: Audit, by: string): void {
  a.By = by;
  a.Count++;
}

export interface Item {
  Base: Base;
  Audit: Audit | null;
  Name: string;
}

export interface Offer {
  readonly Item: Item;
  readonly Price: number;
}

export function OfferLabel(o: Offer): string {
  return BaseLabel(o.Item.Base) + "!";
}

export function makeOffer(id: number): Offer {
  let offer: Offer = {
    Item: { Base: { ID: id, Tags: ["new"] }, Audit: { By: "ada", Count: 0 }, Name: "Cup" },
    Price: 2.5,
  };
  offer = { ...offer, Item: { ...offer.Item, Base: { ...offer.Item.Base, ID: offer.Item.Base.ID + 1 } } };
  offer = { ...offer, Item: { ...offer.Item, Base: { ...offer.Item.Base, ID: offer.Item.Base.ID * 2 } } };
  offer = { ...offer, Item: { ...offer.Item, Base: { ...offer.Item.Base, Tags: [...offer.Item.Base.Tags, "hot"] } } };
  AuditTouch(deref(offer.Item.Audit), "eve");
  deref(offer.Item.Audit).By = deref(offer.Item.Audit).By + "!";
  let copied = offer;
  copied = { ...copied, Item: { ...copied.Item, Base: { ...copied.Item.Base, ID: 99 } } };
  return offer;
}

export function ItemRenumber(i: Item, id: number): void {
  BaseRename(i.Base = { ...i.Base }, id);
}

export function copies(): number {
  const first: Base = { ID: 1, Tags: [] };
  const other = { ...first };
  BaseRename(other, 5);
  const item: Item = { Base: { ...other }, Name: "Bowl", Audit: null };
  ItemRenumber(item, 7);
  return first.ID * 100 + other.ID * 10 + item.Base.ID;
}

export function renamed(b: Base): number {
  b = { ...b };
  BaseRename(b, b.ID + 1);
  return b.ID;
}

export function sumOf(list: readonly Base[]): number {
  let sum = 0;
  for (let b of list) {
    b = { ...b };
    BaseRename(b, 4);
    sum += b.ID;
  }
  for (const i of list.keys()) {
    sum += at(list, i).ID * 10 + renamed(at(list, i));
  }
  return sum;
}

export interface ShopProps {
  readonly id: number;
}

export function Shop(input: ShopProps): Html {
  return component(Shop, input, (props, { on }) => {
    const offer = signal<Offer>(makeOffer(props.id));
    const more = (): void => {
      let next = offer.get();
      next = { ...next, Item: { ...next.Item, Base: { ...next.Item.Base, ID: next.Item.Base.ID + 1 } } };
      next = { ...next, Item: { ...next.Item, Name: "Mug" } };
      offer.set(next);
    };
    return () => (
      <p id={OfferLabel(offer.get())} title={deref(offer.get().Item.Audit).By} {...on.click(more)}>
        {offer.get().Item.Name} {offer.get().Item.Base.ID} {BasePeek(offer.get().Item.Base)} {deref(offer.get().Item.Audit).Count} {offer.get().Item.Base.Tags.length} {BaseLabel(offer.get().Item.Base)} {copies()} {sumOf([{ ID: 1, Tags: [] }, { ID: 2, Tags: [] }])}
      </p>
    );
  });
}

/** What a pointer points at, which must not be nil, as in Go. */
function deref<T>(pointer: T | null): T {
  if (pointer === null) throw new TypeError("nil pointer dereference");
  return pointer;
}

/** The element at an index, which must be there, as in Go. */
function at<T>(list: readonly T[], index: number): T {
  if (!(index in list)) throw new RangeError(`index out of range [${index}] with length ${list.length}`);
  return list[index] as T;
}
