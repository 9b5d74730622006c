// What a client shows, worked out the slow and obvious way: content and operations applied to arrays. It knows the frames from docs/wire.md alone.
const [TEXT, ATTRIBUTE, REPLACE, REMOVE, SPLICE, MOVE, PERMUTE] = [0, 1, 2, 3, 4, 5, 6];
const [REMOVE_ROWS, INSERT_ROWS, FILL] = [11, 12, 13];
const [MIXED, UNIFORM, RAW] = [-1, -2, -3];

/** The page of a MOUNT's content. */
export function modelOf(content) {
  return { root: slotOf(content) };
}

/** Applies the operations of one patch. */
export function applyTo(model, operations) {
  for (const operation of operations) applyOne(model, operation);
}

/** The texts of the bench's page: the counter, and those of each row. */
export function textsIn({ root }) {
  const slots = root.held.slots;
  const rows = slots.at(-1).held.rows;
  return [slots[0].held, ...rows.map((row) => row.slots.map(({ held }) => held).join("|"))];
}

function slotOf(content) {
  if (!Array.isArray(content)) return { held: content };
  const [head, ...rest] = content;
  if (head === RAW) return { held: content };
  if (head === MIXED) return { held: { rows: rest.map(instanceOf) } };
  if (head === UNIFORM) return { held: { rows: rest.slice(1).map((values) => instanceOf([rest[0], ...values])) } };
  return { held: instanceOf(content) };
}

function instanceOf([template, ...values]) {
  return { template, slots: values.map(slotOf) };
}

function applyOne(model, [code, path, ...rest]) {
  if (code > PERMUTE && code < REMOVE_ROWS) return; // templates, which arrays do not need, and commands
  if (code === FILL) return fill(model.root, path, rest);
  const slot = slotAt(model.root, [path].flat());
  if (code === TEXT || code === ATTRIBUTE) slot.held = rest[0];
  else if (code === REPLACE) slot.held = slotOf(rest[0]).held;
  else if (code === REMOVE) slot.held = "";
  else slot.held.rows = reordered(slot.held.rows, code, rest);
}

/** What one of the picks and two paths lead to holds the next content, or the last. */
function fill(root, path, [picks, after, ...contents]) {
  for (const [at, index] of picked(picks).entries()) {
    const slot = slotAt(root, [path, index, after].flat());
    slot.held = slotOf(contents[Math.min(at, contents.length - 1)]).held;
  }
}

/** Rising indexes, as gaps and runs or as the first of a stretch and its bits. */
function picked(picks) {
  const [first, bits] = picks;
  if (bits instanceof Uint8Array) {
    const all = [...bits].flatMap((byte) => [...byte.toString(2).padStart(8, "0")].reverse());
    return all.flatMap((bit, at) => (bit === "1" ? [first + at] : []));
  }
  const indexes = [];
  let next = 0;
  for (const step of picks) {
    const count = step < 0 ? -step : 1;
    next += Math.max(0, step);
    for (let i = 0; i < count; i++) indexes.push(next++);
  }
  return indexes;
}

function reordered(rows, code, rest) {
  if (code === SPLICE) {
    const [at, gone, template, ...added] = rest;
    return rows.toSpliced(at, gone, ...added.map((row) => instanceOf(template < 0 ? row : [template, ...row])));
  }
  if (code === MOVE) return moved(rows, rest);
  if (code === REMOVE_ROWS) {
    const gone = picked(rest[0]);
    return rows.filter((_, at) => !gone.includes(at));
  }
  if (code === INSERT_ROWS) {
    const [picks, template, ...added] = rest;
    const all = [...rows];
    for (const [i, at] of picked(picks).entries())
      all.splice(at, 0, instanceOf(template < 0 ? added[i] : [template, ...added[i]]));
    return all;
  }
  const [start, count, bytes] = rest;
  return rows.toSpliced(start, count, ...ordered(rows.slice(start, start + count), bytes));
}

/** Place after place swaps with one behind it, whose distance is the next number of the bytes: see docs/wire.md. */
function ordered(rows, bytes) {
  const bits = [...bytes].flatMap((byte) => [...byte.toString(2).padStart(8, "0")].reverse().map(Number));
  for (let place = 0; place < rows.length; place++) {
    const left = rows.length - place;
    const width = Math.floor(Math.log2(left));
    const short = 2 ** (width + 1) - left;
    let distance = Number.parseInt(`0${bits.splice(0, width).join("")}`, 2);
    if (distance >= short) distance = distance * 2 + bits.shift() - short;
    [rows[place], rows[place + distance]] = [rows[place + distance], rows[place]];
  }
  return rows;
}

function moved(rows, numbers) {
  const moves = [];
  for (let at = 0; at < numbers.length; ) {
    const count = numbers[at] < 0 ? -numbers[at++] : 1;
    moves.push({ from: numbers[at++], to: numbers[at++], count });
  }
  const taken = moves.map(({ from, count }) => rows.slice(from, from + count));
  const left = rows.filter((row) => !taken.flat().includes(row));
  for (const [i, { to }] of moves.entries()) left.splice(to, 0, ...taken[i]);
  return left;
}

function slotAt(root, steps) {
  let slot = root;
  let { held } = root;
  for (const step of steps) {
    if (held.rows !== undefined) held = held.rows[step];
    else {
      slot = held.slots[step];
      held = slot.held;
    }
  }
  return slot;
}
