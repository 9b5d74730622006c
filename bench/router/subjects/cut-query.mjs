/** For routers that take a path without its query: cuts it off where a case has queries. */
export function cutQuery(find, { queries }) {
  if (!queries) return find;
  return (method, path) => {
    const end = path.indexOf("?");
    return find(method, end < 0 ? path : path.slice(0, end));
  };
}
