// This folder is written to be small once minified, as client/core is.

/** What is to be done: under a parent, in front of a node (itself: it stays), with the old node (if any), for the new one. */
type Task = readonly [parent: Node, before: Node | null | undefined, o: Element | undefined, n: Element];

/** What the reader changes, and, with `default` before it, what the markup says. Undefined where an element has no such state. */
type States = Record<string, unknown>;

type Key = string | undefined;

type Link = Node | false | null | undefined | 1;

/** A rising run: the place it ends at, which new node that is for, and the run before. */
type Run = readonly [place: number, i: number, before: Run | undefined];

/**
 * Makes what is in an element (or, if `outer`, the element itself) like new content, and keeps what it can: an element that stays keeps its focus,
 * caret, typed text, scroll position, listeners and frames. The new content is used up.
 *
 * 1. A key (see `keyedIn`) that occurs once in both trees makes two mates. So are the elements around them, as far up as these are alike.
 * 2. Children are lined up. For a new one stays its mate, or what follows the one before it if that is alike, or the first that is alike.
 * 3. A longest rising run of old places does not move. All else enters, or moves, in front of the next member of the run.
 * 4. Only pairs that differ are visited. They wait on a stack: no tree is too deep, and scripts run in document order.
 * 5. What found no place leaves at the end, so that whatever was taken from there has never left the page.
 *
 * @param old - Has a parent, if `outer`.
 * @public
 */
export const morph = (old: Element, next: ParentNode, outer?: unknown): void => {
  // The browser compares subtrees faster than any script, but does not look into templates.
  const isComparable = !next.querySelector("TEMPLATE");
  // Mates, by each other; nothing for a new node that holds one; 1 for an old one that has found its place elsewhere.
  const links = new Map<Node | undefined, Link>();
  const seen: Element[][] = [];
  const stack: Task[] = [];

  // Whatever is not in it has none, so that only few are asked for theirs (bench: client, "morph").
  const keys = new Map<Node | undefined, Key>();

  /**
   * What has a key in a tree, by key; 0 for a key that occurs twice. It tells an element from others of its tag: its id, else its name
   * (twice, so that it is no id). A script is what it says: only an unchanged one is kept, and does not run again. The old root is asked
   * for its key as well, and may have none; a mate it is not.
   */
  const keyedIn = (root: ParentNode): Map<Key, Element | 0> =>
    [...root.querySelectorAll("[id],[name],script"), old].reduce((found, el, key: unknown) => {
      // Its place means nothing: that spares a declaration. cast: a script is what it is called
      key =
        el.nodeName === "SCRIPT"
          ? (el as HTMLScriptElement).src + (el as HTMLScriptElement).text
          : (el.getAttribute("id") ?? el.getAttribute("name")?.repeat(2));
      keys.set(el, key as Key);
      return found.set(key as Key, found.has(key as Key) ? 0 : el); // casts: right above
    }, new Map<Key, Element | 0>());

  /** The old node, if it is free and a new one may live on as it. */
  const alike = (o: Element | undefined, n?: Node): Element | false | undefined =>
    !links.get(o) && o?.nodeName === n?.nodeName && keys.get(o) === keys.get(n) && o;

  const lineUp = (parent: Node, news: Element[], olds = childrenOf(parent), end?: Node | null): void => {
    let place = 0;
    // Patience sorting, as in M. L. Fredman, On computing the length of longest increasing subsequences, 1975, but with a linear search,
    // which ends at once where little has moved. For each length of a run the one that ends at the lowest place.
    const runs: Run[] = [];
    // An only child is what makes its parent differ: asking again at each level would add up.
    const isFirst = seen.push(olds) < 2;
    const isAsked = isComparable && (news[1] || isFirst);
    // What is equal from the end on stays. Where something came or went, this shows where.
    while (isAsked && olds.at(-1)?.isEqualNode(news.at(-1) as Node)) {
      end = olds.pop() as Element; // cast: it is equal to something
      news.pop();
    }
    // Mates are looked for first, but not where nothing has changed.
    if (news[0] && isFirst) {
      const keyed = keyedIn(old);
      // casts: 0 is as good as false; every way up ends at what is linked
      keyedIn(next).forEach((mate, key, _all, o: Link = keyed.get(key) as Link) => {
        for (let n = o && (mate as Node); n && !links.has(n); n = n.parentNode as Node) {
          // Nothing is like what is above. casts: a false one is alike none
          o = o !== old && alike(o as Element, n);
          links.set(n, o);
          o &&= links.set(o, n) && o.parentNode;
        }
      });
    }
    const kept = news.map((n, i) => {
      // cast: 1 is for old nodes. No search for text; and what has an id of its own is no other.
      const o = (links.get(n) || alike(olds[place], n) || ((n.id ?? 1) ? undefined : olds.find((o) => alike(o, n)))) as
        | Element
        | undefined;
      if (o) {
        const at = o === olds[place] ? place : olds.indexOf(o);
        if (~at) {
          const length = runs.findLastIndex((run) => run[0] < at);
          runs[length + 1] = [at, i, runs[length]];
          place = at + 1;
          olds[at] = undefined as unknown as Element; // several times faster than a note in the map. cast: a hole is alike nothing
        } else links.set(o, 1);
      }
      return o;
    });
    let run = runs.at(-1);
    for (let i = news.length; i--; ) {
      const o = kept[i];
      const n = news[i] as Element; // cast: i is below the length
      const equal = isAsked && o?.isEqualNode(n);
      if (run?.[1] === i) {
        end = o;
        run = run[2];
        if (equal) continue;
      }
      stack.push([parent, end, o, equal ? (o as Element) : n]); // cast: what is equal to n is there
    }
  };

  // casts: as promised
  if (outer) lineUp(old.parentNode as Node, [...next.children], [old], old.nextSibling);
  else lineUp(old, childrenOf(next));
  while (stack[0]) {
    let [parent, before, o, n] = stack.pop() as Task; // cast: there is one
    const text = n.firstChild as Element;
    // Mates that belong into something new take their places one by one, in an empty copy of it.
    const node = o || (links.has(n) ? (n.cloneNode() as Element) : n); // cast: a copy of one
    if (before !== node)
      // casts: undefined is read as null; the types of this TypeScript do not know moveBefore
      parent[o && (parent as { moveBefore?: unknown }).moveBefore ? ("moveBefore" as "insertBefore") : "insertBefore"](
        node,
        before as Node,
      );
    if (node !== n) {
      if (n.tagName && (o?.getAttribute("bus-ignore") ?? o?.getAttribute("bus-preserve")) == null) {
        sync(node as Element & States, n as Element & States);
        // Not of whatever has a content: of a form it may be a field of this name, and elements of others have what they like. casts: it is one
        if (n.nodeName === "TEMPLATE")
          (node as HTMLTemplateElement).content.replaceChildren((n as HTMLTemplateElement).content);
        // Most elements that differ hold a text and nothing else (bench: client, "all texts new"). casts: as in childrenOf
        o = node.firstChild as Element;
        if (alike(o, text) && !text.tagName && !o.nextSibling && !text.nextSibling) n = text;
        else lineUp(node, childrenOf(n));
      }
      // The same text, written, would end a selection. casts: what is no element has data, and is no copy
      if (!n.tagName && !(o as Element).isEqualNode(n)) (o as unknown as Text).data = (n as unknown as Text).data;
    }
  }
  seen.flat().map((o) => links.get(o) !== 1 && o?.replaceWith()); // of a form, remove may be a field
};

/** Elements and others: what is read of these means nothing there. */
const childrenOf = (node: Node): Element[] => {
  const found: Node[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child); // several times faster than a spread
  return found as Element[]; // cast: as above
};

/**
 * Gives an old element the attributes of a new one, writing only what differs. Where that changes what the markup says of a control's
 * state, the state follows; but not in the active control: what is being typed stays.
 */
const sync = (o: Element & States, n: Element & States): void => {
  // Of many elements, few are controls. In the active one, what is being typed stays.
  const states = "form" in o && o !== document.activeElement ? ["Value", "Checked", "Selected"] : [];
  const changed = states.filter((state) => o[`default${state}`] !== n[`default${state}`]);
  // Whether something is open is the reader's affair. Writing a nonce would disclose it.
  // biome-ignore lint/suspicious/useIterableCallbackReturn: every byte is counted here
  [...o.getAttributeNames(), ...n.getAttributeNames()].map((name) => {
    if (o.getAttribute(name) !== n.getAttribute(name) && name !== "open" && name !== "nonce") {
      const attribute = n.getAttributeNode(name);
      // A copy keeps its namespace, and may have a name that only the parser accepts, such as @click.
      if (attribute)
        o.setAttributeNode(attribute.cloneNode() as Attr); // cast: a copy of one
      else o.removeAttribute(name);
    }
  });
  // Only now: type, min and max limit what can be set. And only where it differs: the value of a hidden field or a button is its attribute.
  changed.map((state) => o[(state = state.toLowerCase())] !== n[state] && (o[state] = n[state]));
};
