// Rows as markup with ids, by which morphers tell them apart.
export function rowHtml({ id, label, value }) {
  return `<tr id="r${id}"><td>${id}</td><td>${label}</td><td>${value}</td></tr>`;
}
