// The table of 12 routes as one would write it by hand: the ceiling for what a generator can reach. It does what the
// other subjects do and nothing else: it knows this table, and nothing of others.
const E = 101;
const S = 115;
const U = 117;

export const subject = {
  wildcard: "*",
  create(routes, { queries }) {
    const numberOf = (method, pattern) => routes.find((one) => one.method === method && one.pattern === pattern).value;
    const user = found(numberOf("GET", "/user"));
    const comments = found(numberOf("GET", "/user/comments"));
    const avatar = found(numberOf("GET", "/user/avatar"));
    const byName = numberOf("GET", "/user/lookup/username/:username");
    const byEmail = numberOf("GET", "/user/lookup/email/:address");
    const event = numberOf("GET", "/event/:id");
    const eventComments = numberOf("GET", "/event/:id/comments");
    const addComment = numberOf("POST", "/event/:id/comment");
    const addEvent = numberOf("POST", "/map/:location/events");
    const status = found(numberOf("GET", "/status"));
    const nested = found(numberOf("GET", "/very/deeply/nested/route/hello/there"));
    const file = numberOf("GET", "/static/*");

    return (method, url) => {
      if (method !== "GET" && method !== "POST") return undefined;
      let path = url;
      if (queries) {
        const end = url.indexOf("?");
        if (end >= 0) path = url.slice(0, end);
      }
      return method === "GET" ? get(path) : post(path);
    };

    function get(path) {
      switch (path.charCodeAt(1)) {
        case U:
          return getUser(path);
        case E: {
          if (!path.startsWith("/event/") || path.length === 7) return undefined;
          const end = path.indexOf("/", 7);
          if (end < 0) return { value: event, params: { id: decode(path.slice(7)) } };
          if (end === 7 || path.length !== end + 9 || !path.endsWith("/comments")) return undefined;
          return { value: eventComments, params: { id: decode(path.slice(7, end)) } };
        }
        case S:
          if (path === "/status") return status;
          return path.startsWith("/static/") ? { value: file, params: { "*": decode(path.slice(8)) } } : undefined;
        default:
          return path === "/very/deeply/nested/route/hello/there" ? nested : undefined;
      }
    }

    function getUser(path) {
      if (path.length === 5) return path === "/user" ? user : undefined;
      if (path.length === 12 && path === "/user/avatar") return avatar;
      if (path.length === 14 && path === "/user/comments") return comments;
      if (path.startsWith("/user/lookup/username/")) {
        return isSegment(path, 22) ? { value: byName, params: { username: decode(path.slice(22)) } } : undefined;
      }
      if (path.startsWith("/user/lookup/email/")) {
        return isSegment(path, 19) ? { value: byEmail, params: { address: decode(path.slice(19)) } } : undefined;
      }
      return undefined;
    }

    function post(path) {
      if (path.startsWith("/event/") && path.endsWith("/comment")) {
        const end = path.length - 8;
        if (end > 7 && path.indexOf("/", 7) === end) {
          return { value: addComment, params: { id: decode(path.slice(7, end)) } };
        }
      } else if (path.startsWith("/map/") && path.endsWith("/events")) {
        const end = path.length - 7;
        if (end > 5 && path.indexOf("/", 5) === end) {
          return { value: addEvent, params: { location: decode(path.slice(5, end)) } };
        }
      }
      return undefined;
    }
  },
  read: (match) => match,
};

function found(value) {
  return { value, params: {} };
}

function isSegment(path, from) {
  return path.length > from && path.indexOf("/", from) < 0;
}

function decode(text) {
  return text.includes("%") ? decodeURIComponent(text) : text;
}
