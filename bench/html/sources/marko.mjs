import colours from "./marko/colours.marko";
import purchases from "./marko/purchases.marko";
import search from "./marko/search.marko";

const page = (template) => (data) => template.render(data).toString();

export const subject = { text: { "2 KiB": page(colours), "20 KiB": page(search), "170 KiB": page(purchases) } };
