const FEW = 8;

/**
 * What belongs to each method. Methods are constants of the host's parser, so that comparing with a few of them takes
 * less than hashing one: half of a look-up in a Map (bench "router", cases "misses").
 */
export class ByMethod<Item> {
  private readonly methods: readonly string[];
  private readonly items: readonly Item[];
  /** In place of the lists where they would be long. */
  private readonly many: ReadonlyMap<string, Item> | undefined;

  constructor(items: ReadonlyMap<string, Item>) {
    const few = items.size <= FEW;
    this.methods = few ? [...items.keys()] : [];
    this.items = few ? [...items.values()] : [];
    this.many = few ? undefined : items;
  }

  get(method: string): Item | undefined {
    const { methods, many } = this;
    if (many !== undefined) return many.get(method);
    for (let i = 0; i < methods.length; i++) if (methods[i] === method) return this.items[i];
    return undefined;
  }
}
