/** What `f` gives for each key, made once. */
export function memoized<K, V>(f: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const value = known.get(key) ?? f(key);
    known.set(key, value);
    return value;
  };
}
