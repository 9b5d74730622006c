/** What stands in the page until the content of a late boundary is there: from the template to the comment. */
export function placeholder(id: number): { readonly open: string; readonly close: string } {
  return { open: `<template id="bus-p${id}"></template>`, close: `<!--/bus-p${id}-->` };
}

/**
 * Puts the content of `bus-c…` where the placeholder stands. Written out once per page would need a state; twice the 200 bytes do not.
 * Without scripting the page keeps what was pending.
 */
const SWAP =
  '(n=>{let d=document,p=d.getElementById("bus-p"+n),c=d.getElementById("bus-c"+n),e;if(p){for(;(e=p.nextSibling)&&e.data!="/bus-p"+n;)e.remove();e&&e.remove();p.replaceWith(c.content)}c.remove()})';

/** What follows the page: the content, out of the parser's way in a template, and the script that moves it. */
export function replacement(id: number, content: string, nonce: string): string {
  return `<template id="bus-c${id}">${content}</template><script${nonce}>${SWAP}(${id})</script>`;
}
