// What is in the page, without the marks that the subjects leave on it.
const MARKS = /^(bus|hx|fx|x|data)-|^aria-busy$/;
const MARK_CLASSES = /^(bus|htmx)-/;

/** The markup of an element, its own attributes and classes of frameworks removed. */
export function plainHtml(element) {
  const copy = element.cloneNode(true);
  for (const one of [copy, ...copy.querySelectorAll("*")]) {
    for (const name of one.getAttributeNames()) if (MARKS.test(name)) one.removeAttribute(name);
    if (one.matches("a")) one.removeAttribute("id"); // links have none, unless a subject gave it
    const kept = [...one.classList].filter((name) => !MARK_CLASSES.test(name));
    if (one.hasAttribute("class")) one.setAttribute("class", kept.join(" "));
  }
  return copy.outerHTML;
}

/** Throws, with the place, when the page is not what the data says. */
export function assertShown(expectedHtml) {
  const expected = new DOMParser().parseFromString(expectedHtml, "text/html").body.firstElementChild;
  const actual = document.getElementById(expected.id);
  const [wanted, found] = [expected, actual].map((one) => (one === null ? "nothing" : plainHtml(one)));
  if (wanted === found) return;
  const at = [...wanted].findIndex((char, i) => char !== found[i]);
  const cut = (text) => text.slice(Math.max(0, at - 40), at + 80);
  throw new Error(`the page should have "${cut(wanted)}" and has "${cut(found)}"`);
}
