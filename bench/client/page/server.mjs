// The server, in the page: every request is answered at once, from memory, with the reply that was laid out for it.
const HOST = location.origin;

/** Takes the place of `fetch` and `XMLHttpRequest`. `asked`: the addresses, with the time of the last one. */
export function createServer() {
  const server = { text: "", type: "text/html", status: 200, asked: [], at: 0 };
  const take = (url) => {
    server.at = performance.now();
    server.asked.push(new URL(url, HOST).pathname);
  };
  window.fetch = (input, options) => {
    const url = typeof input === "string" ? input : (input.url ?? input.href);
    take(url);
    return Promise.resolve(responseOf(server, new URL(url, HOST).href, options));
  };
  window.XMLHttpRequest = requestClass(server, take);
  return server;
}

// A real response hands its body over in a task of its own, in which the browser may draw: this one has it ready.
function responseOf({ text, type, status }, url) {
  const response = new Response(null, { status, headers: { "content-type": `${type}; charset=utf-8` } });
  const body = () =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(text));
        controller.close();
      },
    });
  Object.defineProperties(response, {
    url: { value: url },
    text: { value: () => Promise.resolve(text) },
    clone: { value: () => responseOf({ text, type, status }, url) },
    body: { get: body },
  });
  return response;
}

function requestClass(server, take) {
  return class extends EventTarget {
    upload = new EventTarget();
    readyState = 0;
    status = 0;

    open(_method, url) {
      this.responseURL = new URL(url, HOST).href;
      this.readyState = 1;
    }

    setRequestHeader() {}

    overrideMimeType() {}

    abort() {}

    getResponseHeader(name) {
      return name.toLowerCase() === "content-type" ? `${server.type}; charset=utf-8` : null;
    }

    getAllResponseHeaders() {
      return `content-type: ${server.type}; charset=utf-8\r\n`;
    }

    send() {
      take(this.responseURL);
      queueMicrotask(() => {
        this.readyState = 4;
        this.status = server.status;
        this.response = this.responseText = server.text;
        for (const type of ["load", "loadend"]) this.#tell(type);
      });
    }

    #tell(type) {
      const event = new ProgressEvent(type);
      this.dispatchEvent(event);
      this[`on${type}`]?.(event);
    }
  };
}
