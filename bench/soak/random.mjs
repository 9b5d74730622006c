/** Any of a list. */
export function pick(list) {
  return list[Math.floor(Math.random() * list.length)];
}

/** Throws unless a reply is the one that was expected. */
export function expect({ status, text }, wanted, part) {
  if (status === wanted && text.includes(part)) return;
  throw new Error(`${status} ${JSON.stringify(text.slice(0, 80))} instead of ${wanted} with ${JSON.stringify(part)}`);
}
