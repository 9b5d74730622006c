/** @jsxImportSource busbar/html */
import { type Html, each } from "busbar/html";
import { component } from "busbar/live";
import { computed } from "busbar/signals";

export type Named = Base | Square | Circle | Point | null;

export function NamedName(self: Named): string {
  if (hasFields<Base>(self, "Label")) return BaseName(self);
  if (hasFields<Square>(self, "Base", "Side")) return BaseName(self.Base);
  if (hasFields<Circle>(self, "Label", "Radius")) return CircleName(self);
  if (hasFields<Point>(self, "X")) return PointName(self);
  throw new TypeError("nil pointer dereference");
}

export type Shape = Square | Circle | null;

export function ShapeName(self: Shape): string {
  if (hasFields<Square>(self, "Base", "Side")) return BaseName(self.Base);
  if (hasFields<Circle>(self, "Label", "Radius")) return CircleName(self);
  throw new TypeError("nil pointer dereference");
}

export function ShapeArea(self: Shape): number {
  if (hasFields<Square>(self, "Base", "Side")) return SquareArea(self);
  if (hasFields<Circle>(self, "Label", "Radius")) return CircleArea(self);
  throw new TypeError("nil pointer dereference");
}

export function ShapeGrow(self: Shape, by: number, ...more: readonly number[]): void {
  if (hasFields<Square>(self, "Base", "Side")) return SquareGrow(self, by, ...more);
  if (hasFields<Circle>(self, "Label", "Radius")) return CircleGrow(self, by, ...more);
  throw new TypeError("nil pointer dereference");
}

export interface Base {
  readonly Label: string;
}

export function BaseName(b: Base): string {
  return b.Label.toUpperCase();
}

export interface Square {
  Base: Base;
  Side: number;
}

export function SquareArea(s: Square): number {
  return s.Side * s.Side;
}

export function SquareGrow(s: Square, by: number, ...more: readonly number[]): void {
  s.Side += by;
  for (const one of more) {
    s.Side += one;
  }
}

export interface Circle {
  Label: string;
  Radius: number;
}

export function CircleName(c: Circle): string {
  return c.Label;
}

export function CircleArea(c: Circle): number {
  return 3 * c.Radius * c.Radius;
}

export function CircleGrow(c: Circle, by: number, ...more: readonly number[]): void {
  c.Radius += by;
}

export interface Point {
  readonly X: number;
}

export function PointName(p: Point): string {
  return `point ${p.X}`;
}

export function Describe(s: Shape): string {
  return `${ShapeName(s)} ${ShapeArea(s)}`;
}

export function Grown(shapes: readonly Shape[], by: number): readonly Shape[] {
  for (const s of shapes) {
    if (s !== null) {
      ShapeGrow(s, by, 1, 1);
    }
  }
  return shapes;
}

export function Names(...all: readonly Named[]): readonly string[] {
  let names: string[] = [];
  for (const one of all) {
    names = [...names, NamedName(one)];
  }
  return names;
}

export interface ShapesProps {
  readonly side: number;
}

export function Shapes(input: ShapesProps): Html {
  return component(Shapes, input, (props) => {
    const all = computed(() => Grown([{ Base: { Label: "square" }, Side: props.side }, { Label: "circle", Radius: 1 }], 1));
    const first = computed(() => ({ X: props.side }));
    return () => (
      <ul title={PointName(first.get())}>
        {each(all.get(), (s) => ShapeName(s), (s) => <li>{Describe(s)}</li>)}
      </ul>
    );
  });
}

/** Whether a value is a struct with just these fields. */
function hasFields<T>(value: unknown, ...names: readonly string[]): value is T {
  if (typeof value !== "object" || value === null) return false;
  return Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name));
}
