// The client: the same replies, from memory, put into the same pages of a real browser by everyone.
import { NAMES } from "./names.mjs";

const OURS = "ours";
const PEERS = "peers";
const MORPHERS = "morphers";
const CEILING = "ceiling";

export const area = {
  name: "client",
  title: "Client: time of scripts in the browser, memory, bytes",
  notes: [
    "Chromium, headless, one page in a browser context (and so a process) of its own for each subject. A round times each subject once, one after the other; the order turns by one each round, and every other round goes the other way. Before each swap garbage is collected. Times are medians of the rounds; a ratio is taken round by round, and in brackets stands the 95 % interval of its median (sign test).",
    "What is counted is the time in which scripts run, from the click to the last piece of work that it leads to: the click's listeners, the request, parsing, the swap, activating what came, timers and frames that the subject asks for. Waiting for a timer or a frame is not counted. Requests are answered at once, from memory: `fetch` and `XMLHttpRequest` are replaced in the page. Style and layout are what the browser reports of itself for the round, until the page was drawn; those that a script forces are in its time as well. Painting is not timed.",
    "Every reply has other text. Before anything is timed, the page after two swaps is compared with what the data alone says (attributes and classes of frameworks, and ids that a subject gives to links, are left out), nothing may change the page outside of what is counted, and with attributed rows a click on the last one must become a request for it.",
    "Start-up: the script is evaluated, compiled anew, in a page that is there, and the last element is clicked; counted is the time of scripts until this click has become a request, so that what is put off until then is in it. Elements: a link in each row that asks for the row. Swaps: 1,000 rows of four elements each. In morphs the rows have ids, as they need keys; elsewhere only where it says so, because some clients look up every id. `All texts new`: one of three texts in each row. `Move on`: 10 % of the rows leave at the front, 10 % enter, 5 % go from the end to the front.",
    "Each subject does it in its own documented way: Turbo by streams, Datastar by fragments (its inner mode takes one element, so it has no inner case), alpine-ajax by ids (its morph needs a plugin and is left out), fixi without view transitions, htmx 2 morphs by its extension of idiomorph. The morphers are called with the text of the reply, `DOMParser + replaceChildren` is the least that puts it into the page; these have no client, no request and no activation.",
  ],
  groups: { [PEERS]: PEERS, [MORPHERS]: MORPHERS },
  subjects: {
    [NAMES.ours]: { group: OURS },
    [NAMES.htmx4]: { group: PEERS },
    "htmx 2": { group: PEERS },
    Turbo: { group: PEERS },
    Datastar: { group: PEERS },
    "alpine-ajax": { group: PEERS },
    fixi: { group: PEERS },
    idiomorph: { group: MORPHERS },
    morphdom: { group: MORPHERS },
    micromorph: { group: MORPHERS },
    [NAMES.raw]: { group: CEILING },
  },

  async run(session) {
    // not at the top: reading the area should not load what runs it
    const { runArea } = await import("./run.mjs");
    return runArea(area, session);
  },
};
