// The rows and parts that are put into the page, made from a number alone: in the browser and in Node alike, with no
// subject involved. Every round has other text, so that nothing of a reply can have been kept from the one before.
const NOTES = ["waiting for a reply", "paid", "sent on Tuesday", "to be called back", "in the second drawer"];
const TURNOVER = 0.1; // of the rows of a list that moves on
const MOVED = 0.05; // of its rows that stand at its other end

/** The list of a round: `{ id, text, note }` each. `moves`: rows keep their text, leave, enter and change places. */
export function rowsOf(round, { count, moves = false }) {
  if (!moves) return Array.from({ length: count }, (_, i) => row(i + 1, `Entry ${i + 1}, round ${round}`));
  const first = round * Math.ceil(count * TURNOVER);
  const rows = Array.from({ length: count }, (_, i) => row(first + i + 1, `Entry ${first + i + 1}`));
  return [...rows.splice(-Math.ceil(count * MOVED)), ...rows];
}

function row(id, text) {
  return { id, text, note: NOTES[id % NOTES.length] };
}

/** One row. `attributes`: those with which a subject makes the row's link its own. */
export function rowHtml({ id, text, note }, attributes = "", hasId = false) {
  const [name, own] = [hasId ? ` id="row-${id}"` : "", attributes === "" ? "" : ` ${attributes}`];
  return `<li${name} class="row"><span class="number">${id}</span><b>${text}</b><i>${note}</i><a class="edit" href="/rows/${id}"${own}>Edit</a></li>`;
}

/** The list around the rows. */
export function listHtml(rows) {
  return `<ul id="list" class="list">${rows}</ul>`;
}

/** The parts of a round that stand in many places: `[id, text]` each. */
export function partsOf(round, count) {
  return Array.from({ length: count }, (_, i) => [`part-${i + 1}`, `Part ${i + 1}, round ${round}`]);
}

/** One part. */
export function partHtml([id, text], attributes = "") {
  return `<p id="${id}" class="part"${attributes === "" ? "" : ` ${attributes}`}>${text}</p>`;
}

/**
 * What the page shows of a case at the start and after each round: the same for every subject, by the data alone. `link(id)` gives
 * the attributes of a row's link; with `isInner` the rows only.
 */
export function contentOf(one, round, link, isInner = false) {
  if (one.style === "oob")
    return `<div id="parts">${partsOf(round, one.count)
      .map((part) => partHtml(part))
      .join("")}</div>`;
  const attributes = (id) => (one.isAttributed ? link?.(id) : undefined);
  const rows = rowsOf(round, one)
    .map((row) => rowHtml(row, attributes(row.id), one.hasIds))
    .join("");
  return isInner ? rows : listHtml(rows);
}
