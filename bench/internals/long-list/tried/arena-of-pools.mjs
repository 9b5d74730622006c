// One arena of pools for a request: everything that a request takes goes back at its end, by one call.

/** Makes a maker of arenas. @param shapes - `{ [name]: { make, reset } }`. */
export function createArenas(shapes) {
  const names = Object.keys(shapes);
  const idle = [];

  class Arena {
    constructor() {
      for (const name of names) this[name] = new Pool(shapes[name]);
    }

    /** Ends the request: all that was taken may be handed out again. */
    end() {
      for (const name of names) this[name].rewind();
      idle.push(this);
    }
  }
  return { begin: () => idle.pop() ?? new Arena() };
}

/** Objects in the order in which they were taken; the next one stands at `taken`. */
class Pool {
  taken = 0;

  constructor({ make, reset }) {
    this.make = make;
    this.reset = reset;
    this.all = [];
  }

  take() {
    const { all } = this;
    if (this.taken === all.length) all.push(this.make());
    return all[this.taken++];
  }

  rewind() {
    for (let i = 0; i < this.taken; i++) this.reset(this.all[i]);
    this.taken = 0;
  }
}
