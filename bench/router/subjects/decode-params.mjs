/** Decodes in place what a router leaves percent-encoded. */
export function decodeParams(params) {
  for (const name in params) {
    const value = params[name];
    if (value.includes("%")) params[name] = decodeURIComponent(value);
  }
}
