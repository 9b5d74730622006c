// Objects as a request makes them: of the shapes that the pipeline, the matcher, the codec and the diff have.

export class Context {
  constructor(request, params, settings, maxBodyBytes) {
    this.request = request;
    this.params = params;
    this.settings = settings;
    this.maxBodyBytes = maxBodyBytes;
    this.extras = undefined;
  }
}

export class Params {
  constructor(id, tab) {
    this.id = id;
    this.tab = tab;
  }
}

export class Frame {
  constructor(type, sequence, ref, operations) {
    this.type = type;
    this.sequence = sequence;
    this.ref = ref;
    this.operations = operations;
  }
}

export class DiffNode {
  constructor(template, key, values, parent) {
    this.template = template;
    this.key = key;
    this.values = values;
    this.parent = parent;
  }
}

/** For each shape: a maker of an empty one, a filler, what makes it hold nothing any more, and a new one filled. `read` looks at it. */
export const SHAPES = {
  context: {
    make: () => new Context(undefined, undefined, undefined, 0),
    fill(one, a, b, n) {
      one.request = a;
      one.params = b;
      one.settings = a;
      one.maxBodyBytes = n;
    },
    reset(one) {
      one.request = undefined;
      one.params = undefined;
      one.settings = undefined;
      one.extras = undefined;
    },
    fresh: (a, b, n) => new Context(a, b, a, n),
    read: (one) => one.maxBodyBytes + one.request.length,
  },
  params: {
    make: () => new Params("", ""),
    fill(one, a, b) {
      one.id = a;
      one.tab = b;
    },
    reset(one) {
      one.id = "";
      one.tab = "";
    },
    fresh: (a, b) => new Params(a, b),
    read: (one) => one.id.length + one.tab.length,
  },
  frame: {
    make: () => new Frame(0, 0, 0, undefined),
    fill(one, a, _, n) {
      one.type = n & 7;
      one.sequence = n;
      one.ref = n >> 1;
      one.operations = a;
    },
    reset(one) {
      one.operations = undefined;
    },
    fresh: (a, _, n) => new Frame(n & 7, n, n >> 1, a),
    read: (one) => one.type + one.sequence + one.operations.length,
  },
  "diff node": {
    make: () => new DiffNode(undefined, undefined, undefined, undefined),
    fill(one, a, b, n) {
      one.template = a;
      one.key = n;
      one.values = b;
      one.parent = undefined;
    },
    reset(one) {
      one.template = undefined;
      one.key = undefined;
      one.values = undefined;
      one.parent = undefined;
    },
    fresh: (a, b, n) => new DiffNode(a, n, b, undefined),
    read: (one) => one.key + one.values.length,
  },
};
