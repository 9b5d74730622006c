/** Neutral things to show: the patterns are what matters. */
export interface Fruit {
  readonly name: string;
  readonly colour: string;
}

export interface Book {
  readonly id: number;
  readonly title: string;
  readonly pages: number;
}

const BY_COLOUR = {
  red: "Cherry Cranberry Pomegranate Raspberry Redcurrant Strawberry",
  orange: "Apricot Clementine Kumquat Mandarin Orange Papaya Persimmon Physalis",
  yellow: "Banana Grapefruit Lemon Pineapple Quince Starfruit",
  green: "Avocado Cucumber Gooseberry Greengage Guava Kiwi Lime Pear",
  blue: "Bilberry Blueberry Damson Elderberry Sloe",
  purple: "Blackcurrant Blackberry Fig Grape Mulberry Passionfruit Plum",
} as const;

/** The colours, in the order of the rainbow. */
export const COLOURS: readonly string[] = Object.keys(BY_COLOUR);

export const FRUIT: readonly Fruit[] = Object.entries(BY_COLOUR)
  .flatMap(([colour, names]) => names.split(" ").map((name) => ({ name, colour })))
  .sort((a, b) => a.name.localeCompare(b.name, "en"));

/** Book 1, Book 2, ...: the same ones at every start. */
export function makeBooks(count: number): Book[] {
  return Array.from({ length: count }, (_, index) => makeBook(index + 1));
}

export function makeBook(id: number): Book {
  return { id, title: `Book ${id}`, pages: 80 + ((id * 37) % 400) };
}
