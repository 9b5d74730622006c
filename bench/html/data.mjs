// What the pages show, made from a seed: the same in every process, other values in every dataset.

const ASCII = (
  "amber basket candle copper cotton daily dark extra fine garden glass green grey handle harbour heavy iron jacket " +
  "kettle lamp large leather light linen little marble mirror narrow oak olive paper pillow plain quiet rain river " +
  "round saddle silver small soft spring steel stone summer table tall tin travel velvet warm water white winter wool"
).split(" ");
// Half of these fit into one byte per character inside the engine, half do not; none into one byte of UTF-8.
const OTHER = (
  "façade crème café naïve über größe señor ångström déjà piñata öl œuvre żółty łódka český škoda ёлка книга зеркало " +
  "стол вода λόγος θάλασσα ναός 東京 漢字 水玉 서울 한국어 ภาษา हिन्दी עברית العربية 🎈 🧶 🏺 ☕"
).split(" ");
// As people write them: each of these has one to three characters to escape.
const MARKS = [" & ", " <3 ", ' "quoted" ', "'s ", " > ", " <b>bold</b> ", " & 'co' ", ' 5" '];

/** The pages by name: how many KiB they are about, and how many datasets are rotated. */
export const PAGES = {
  "2 KiB": { size: 2, datasets: 64, make: colours },
  "20 KiB": { size: 20, datasets: 16, make: search },
  "170 KiB": { size: 170, datasets: 8, make: purchases },
};

/** The variants of each page: the share of text fields that need escapes, and whether texts are ASCII. */
export const VARIANTS = [true, false].flatMap((isAscii) =>
  [0, 5, 50].map((percent) => ({ name: `${isAscii ? "ASCII" : "not ASCII"}, ${percent} %`, percent, isAscii })),
);

/** The datasets of a page in a variant. */
export function datasetsOf(pageName, { percent, isAscii }) {
  const page = PAGES[pageName];
  return Array.from({ length: page.datasets }, (_, seed) => {
    const random = randomFrom(seed * 7919 + percent * 104_729 + (isAscii ? 1 : 2));
    const data = page.make(writer(random, percent / 100, isAscii), random);
    return structuredClone(data); // strings as a parser would have made them: flat, none shared
  });
}

function colours(text, random) {
  const list = Array.from({ length: 22 }, () => ({
    name: text(2),
    hex: `#${Math.floor(random() * 0x1000000)
      .toString(16)
      .padStart(6, "0")}`,
  }));
  return { hint: text(4), chosen: Math.floor(random() * list.length), colours: list };
}

function search(text, random) {
  const results = Array.from({ length: 38 }, (_, i) => ({
    id: 1000 + i * 17 + Math.floor(random() * 16),
    url: `https://shop.example/${word(random, ASCII)}/${word(random, ASCII)}-${i}?from=search&page=${i % 5}`,
    image: `${word(random, ASCII)}-${i}`,
    title: text(4),
    snippet: text(12),
    price: `${Math.floor(random() * 900)}.${Math.floor(random() * 90) + 10} EUR`,
    stock: Math.floor(random() * 4),
    tags: [text(1), text(1), text(1)],
  }));
  return { query: text(2), total: 38 + Math.floor(random() * 1000), results };
}

function purchases(text, random) {
  const list = Array.from({ length: 1000 }, () => ({
    name: text(3),
    price: random() < 0.5 ? `${text(1)} ${Math.floor(random() * 100)}` : text(1),
    quantity: 1 + Math.floor(random() * 20),
  }));
  return { name: text(2), purchases: list };
}

/** Makes texts of a number of words. */
function writer(random, share, isAscii) {
  const field = (count) => {
    const words = Array.from({ length: count }, () => word(random, isAscii || random() < 0.4 ? ASCII : OTHER));
    if (share === 0 || random() >= share) return words.join(" ");
    const at = Math.floor(random() * words.length);
    words[at] = words[at].slice(0, 3) + MARKS[Math.floor(random() * MARKS.length)] + words[at].slice(3);
    return words.join(" ");
  };
  return field;
}

function word(random, list) {
  return list[Math.floor(random() * list.length)];
}

/** Numbers from 0 to 1, the same for the same seed. */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
