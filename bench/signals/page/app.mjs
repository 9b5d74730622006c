// The page of a data app: orders, a slider for the least price, 20 results that depend on it, and 380 that depend on other controls. Written once,
// as functions of the controls; how they are called is what is compared.
import { html } from "busbar/html";

const ORDERS = 100_000;
const PER_SECTION = 20;
export const SECTIONS = 20;

function seeded() {
  let state = 7;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The orders, by region: each result looks at those of one. */
export function makeData() {
  const random = seeded();
  const regions = Array.from({ length: PER_SECTION }, () => []);
  for (let i = 0; i < ORDERS; i++) {
    regions[i % PER_SECTION].push({
      price: Math.round(random() * 10_000) / 100,
      quantity: 1 + Math.floor(random() * 9),
    });
  }
  return regions;
}

/** What a control starts with. */
export const startOf = (section) => 20 + section;

/** One result: the turnover of a region's orders at or above a price. */
export function turnover(orders, leastPrice) {
  let sum = 0;
  for (const { price, quantity } of orders) if (price >= leastPrice) sum += price * quantity;
  return Math.round(sum);
}

const rowView = (result, i) =>
  html`<tr><th>Region ${i + 1}</th><td>${result}</td><td><meter min="0" max="60000" value=${result}></meter></td></tr>`;

/** One section: its control and its results, which are always the same twenty. */
export function sectionView(section, leastPrice, results) {
  const r = results.map(rowView);
  return html`<section><h2>Question ${section + 1}</h2><label>At least <input type="range" name=${`price-${section}`} value=${leastPrice}> ${leastPrice}</label><table>${r[0]}${r[1]}${r[2]}${r[3]}${r[4]}${r[5]}${r[6]}${r[7]}${r[8]}${r[9]}${r[10]}${r[11]}${r[12]}${r[13]}${r[14]}${r[15]}${r[16]}${r[17]}${r[18]}${r[19]}</table></section>`;
}

export const pageView = (sections) =>
  html`<!doctype html><html lang="en"><head><title>Orders</title></head><body><h1>Orders</h1><main>${sections}</main></body></html>`;
