/** The same made of every page. */
export function mapPages(pages, make) {
  return Object.fromEntries(Object.entries(pages).map(([name, page]) => [name, make(page, name)]));
}
