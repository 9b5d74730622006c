// What Phoenix LiveView's protocol takes for the same things, from research/live.md: frames built by hand from its source (diff.ex and the serializer of protocol 2), not captured;
// its page has the same counter and rows. `up`, `down`: JSON messages; `deflated`: the reply under permessage-deflate.
export const LIVEVIEW = {
  name: "LiveView (published)",
  first: { body: 46_791, zipped: 7064 },
  join: { down: 41_906, deflated: 9578 },
  actions: {
    click: { up: 95, down: 93, deflated: 92 },
    nothing: { down: 77, deflated: 79 },
    head: { down: 9942, deflated: 4167 },
    middle: { down: 5162, deflated: 1881 },
    tail: { down: 152, deflated: 122 },
    swap: { down: 133, deflated: 115 },
    move: { down: 9897, deflated: 4135 },
    shuffle: { down: 9897, deflated: 4076 },
  },
};
