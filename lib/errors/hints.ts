/**
 * Every code busbar throws, with what to do about it. A code is `AREA_WHAT` and never changes meaning.
 * The browser build swaps this table for an empty one; `docs/errors.md` repeats it (a test keeps both equal).
 * @public
 */
export const HINTS = {
  // pool
  POOL_LEASE_RELEASED: "Stop using a lease after release() or detach(); acquire a new one.",
  POOL_TOO_LARGE: "Ask for fewer bytes, or raise maxLeaseBytes.",
  POOL_LEASE_LOST: "Call release() or detach() on every lease, also when something throws: withLease() does.",
  POOL_READ_PAST_END: "The bytes end before the value does: they were cut short or are not in this format.",
  POOL_BAD_VARINT: "The bytes hold a number that is not in its shortest form or exceeds 2^53 - 1.",
  POOL_BAD_UTF8: "The bytes are not valid UTF-8.",
  POOL_OUT_OF_RANGE: "Pass a number the field can hold.",
  POOL_BAD_ARGUMENT: "Pass what the types say; new Uint8Array(buffer) makes bytes of an ArrayBuffer.",
  POOL_WRITTEN_AFTER_RELEASE:
    "Forget a lease's bytes when it ends: no view, timer or callback may write to them any more.",
  POOL_BAD_QUEUE:
    "Pass the buffer of createQueue to openProducer and openConsumer, that of createNumberQueue to theirs.",
  POOL_QUEUE_CLOSED: "Stop using an end that was closed, or whose thread was said to have ended.",
  POOL_QUEUE_CORRUPT: "Something else wrote into the queue's memory: make a new queue.",
  POOL_QUEUE_TAKEN: "Close the end that is open, say that its thread has ended, or raise producers.",
  // wire
  WIRE_BAD_VALUE: "Send null, booleans, numbers, text, Uint8Array, arrays and plain objects only; leave undefined out.",
  WIRE_BAD_ARGUMENT: "Pass what the types say; new Uint8Array(buffer) makes bytes of an ArrayBuffer.",
  WIRE_NOT_CANONICAL: "Encode with canonical: true: shortest forms, keys sorted by their UTF-16 units.",
  WIRE_CUT_SHORT: "The bytes end before the value does: send each message whole.",
  WIRE_TRAILING_BYTES: "Send one value per message.",
  WIRE_BAD_TYPE: "Send nil, bool, int, float, str, bin, array and map only: extension types are not taken.",
  WIRE_BAD_NUMBER: "Send integers between -(2^53 - 1) and 2^53 - 1, or a float, or text.",
  WIRE_BAD_KEY: "Key maps with strings, each once.",
  WIRE_BAD_UTF8: "Send text as UTF-8, other bytes as bin.",
  WIRE_TOO_DEEP: "Nest less (a cycle never ends), or raise maxDepth on the side that decodes.",
  WIRE_TOO_MANY_ITEMS: "Send fewer elements in one message, or raise maxItems.",
  WIRE_FRAME_TOO_LARGE: "Send smaller messages, or raise maxBytes.",
  WIRE_BAD_DEFINITION: "Give each frame a type number of its own, from 64 to 65,535, and no field named kind.",
  WIRE_BAD_FRAME: "Send a MessagePack array: the frame's type number, then its fields in the order of its definition.",
  WIRE_BAD_LIVE_FRAME: "Send the frames docs/wire.md lists, in the order it names: HELLO first, events by rising ref.",
  WIRE_BAD_OPERATION: "Build operations with busbar/patch, or as docs/wire.md lists them.",
  // router
  ROUTER_BAD_PATTERN:
    "Patterns are /static, /:id, /:id.json, /:a-:b, /:id(\\d+), /:id? (last) and /* or /*name (last); percent-encode other special characters.",
  ROUTER_BAD_CONSTRAINT:
    "Use literals, classes, groups, alternatives and quantifiers so that no text can be read in many ways; no anchors, look-around or back-references.",
  ROUTER_BAD_METHOD: "A method is a token such as GET, a list of tokens, or * for any method.",
  ROUTER_DUPLICATE_ROUTE: "Remove one of the two, or give them different methods.",
  ROUTER_DUPLICATE_NAME: "Give each route its own name.",
  ROUTER_AMBIGUOUS_ROUTE:
    "Narrow one of the two constraints until they share no text, or until one contains the other.",
  ROUTER_BAD_LIMIT: "Give a number from 0 on; Infinity where no limit is meant.",
  ROUTER_BAD_PATH: "Pass the path of the request, starting with a slash.",
  ROUTER_BAD_ENCODING: "Answer 400: no client that encodes paths correctly sends this.",
  ROUTER_DOT_SEGMENT: "Answer 400, or resolve dot segments before routing.",
  ROUTER_PATH_TOO_LONG: "Answer 414, or raise limits.maxPathLength.",
  ROUTER_PARAM_TOO_LONG: "Answer 414, or raise limits.maxParamLength.",
  ROUTER_BAD_PARAM: "Pass every parameter of the pattern as a non-empty string that its constraint accepts.",
  ROUTER_STALE_DISPATCH: "Build again: the routes, their order or the router's options have changed since.",
  ROUTER_UNKNOWN_NAME: "Pass { name } when adding the route.",
  ROUTER_ANALYSIS_TOO_LARGE:
    "Analyse the table in parts, or make the constraints and regular expressions that overlap simpler.",
  ROUTER_NOT_EXPRESS: "Pass an application or a Router of Express 4 or 5.",
  ROUTER_BAD_HOST:
    "A host is a name such as api.example.com, *.example.com, either with a port, or a regular expression with no flag but i, anchored at its ends only.",
  ROUTER_BAD_VERSION: "A version is 1.2.3, 1.2.3-beta.1, 1.2 or 1.",
  ROUTER_BAD_QUERY: "Answer 400 with the reason.",
  ROUTER_QUERY_TOO_LARGE: "Answer 414, or raise the limit that the message names.",
  ROUTER_BAD_QUERY_SHAPE:
    "Give fields as docs/router.md lists them, or one Standard Schema that validates without a promise.",
  // html
  HTML_BAD_TEMPLATE: "Write html`...` as a tagged template, with escapes that JavaScript knows.",
  HTML_UNFINISHED: "Close the tag, comment or raw element inside the same template.",
  HTML_TAG_HOLE: "Write the tag name out, and choose between templates with when(); write a literal < as &lt;.",
  HTML_NAME_HOLE: "Write the attribute name out, or pass checked names with spread({ name: value }) between spaces.",
  HTML_COMMENT_HOLE: "Move the hole out of the comment or declaration.",
  HTML_RAW_TEXT_HOLE:
    "Set a custom property with styles() on an element; <style> takes one css value as all of its text; in <title> and <textarea> write a literal < as &lt;.",
  HTML_AMBIGUOUS:
    "Close quotes, tags and comments before the end tag of the element, or write < as &lt; (in scripts and styles \\x3c or \\3c).",
  HTML_SCRIPT_HOLE:
    "In <script> put json(data) or call(name, data) into the hole, where an expression may stand, without quotes around it.",
  HTML_HANDLER_HOLE: "Put call(name, data) into the hole, without quotes of JavaScript around it.",
  HTML_CODE_HOLE: "Put json(data) into the hole: a script library runs this attribute's value as code.",
  HTML_STYLE_HOLE: "Put styles({ color: value }) into the hole, or keep the hole to one value after a colon.",
  HTML_SRCDOC_HOLE: "Let one hole with html`...` be the whole of srcdoc, outside spread().",
  HTML_REFRESH_HOLE: "Write http-equiv out; the content of the <meta> may be a hole.",
  HTML_URL_HOLE: "Start the URL with /, https: or another scheme that runs no code.",
  HTML_BAD_HOLE:
    "Pass text, numbers, html, arrays, functions or readables; format everything else first, or use json(), classes(), styles() or spread() in the places they are for.",
  HTML_ASYNC_HOLE:
    "Render with renderToStringAsync, renderToBytesAsync or renderToStream, or await the promise before.",
  HTML_BAD_NAME: "Use a name that the message's place allows; names must not come from strangers unchecked.",
  HTML_BAD_JSON: "Pass data that JSON.stringify accepts: no cycles, no bigint.",
  HTML_BAD_NONCE: "Pass the base64 text of random bytes.",
  HTML_BAD_ORIGIN: "Write https://host or https://host:port, in ASCII, without a path or a closing slash.",
  HTML_TOO_DEEP: "Look for a node that contains itself; flatten what is really this deep.",
  HTML_UNBALANCED:
    "Close every element in the template that opens it, in order, also those HTML would close by itself.",
  HTML_NOT_LIVE: "Render this part outside the live view, or write the attribute out.",
  HTML_NO_CONTEXT: "Put provide(key, value, () => …) around it, or give the key a fallback.",
  HTML_NO_CASE: "Add a case for each value, or a node for all others.",
  HTML_MEMO: "Keep what differs from request to request out of memo(); pass it in beside.",
  HTML_BAD_LIMIT: "Give a positive integer, or a cache of createMemoCache().",
  HTML_BAD_CSS: "Write css`...` with every bracket, quote and comment closed, and no markup in it.",
  HTML_LIST_CHANGED: "Copy the list before the render, or change it afterwards.",
  HTML_ABORTED: "Nothing to do: whoever asked for the page has left.",
  HTML_DUPLICATE_KEY: "Return a text or number from the key function of each() that is unique within the list.",
  // signals
  SIGNALS_CYCLE: "Break the loop the message names: let one of them read another source, or peek.",
  SIGNALS_LOOP: "Let the effect stop writing what it reads, or write only when the value differs.",
  SIGNALS_TOO_DEEP: "Read the chain from its beginning first, or fold it into fewer computeds.",
  SIGNALS_BAD_ARGUMENT: "Pass what the message names: the types of busbar/signals say what each function takes.",
  SIGNALS_BAD_LOG: "Replay what recordInputs wrote, give every signal it names, and record values of plain data only.",
  SIGNALS_BAD_RETRY: "Give whole numbers within the range that the message names.",
  SIGNALS_FROZEN: "Plan the work, with queueMicrotask say, and do it after the callback has returned.",
  SIGNALS_NOT_WATCHABLE: "Pass what signal, computed or writable returned, not a view of it.",
  SIGNALS_RESOURCE_FAILED: "Its cause is what was thrown; throw Errors.",
  SIGNALS_SCOPE_ENDED: "After an await, check own.signal.aborted before creating anything in the scope.",
  SIGNALS_UNKNOWN_COLUMN: "Use a name that table.names lists.",
  SIGNALS_BAD_EXPRESSION: "Give each operation the kinds that docs/columns.md lists for it.",
  SIGNALS_BAD_CELL: "Pass values of the column's kind, and null only where the column is nullable.",
  SIGNALS_BAD_ROW: "Pass a row number below the table's length.",
  SIGNALS_BAD_COLUMN: "Give all columns of a table the same length.",
  SIGNALS_TOO_LARGE: "Take less at once, or raise the limit that the message names.",
  SIGNALS_DUPLICATE_KEY: "Make the key function tell every two rows apart, or remove the row that has the key first.",
  SIGNALS_UNKNOWN_KEY: "Ask has(key) first, or insert the row.",
  SIGNALS_KEY_CHANGED: "Remove the row and insert the new item, or keep its key.",
  SIGNALS_BAD_INDEX: "Use a whole number from 0; for a place in a list, not beyond its size.",
  SIGNALS_FOREIGN_COLLECTION:
    "Join what keyedMap, keyedList and their operators gave you; check that only one copy of busbar is loaded.",
  SIGNALS_BAD_ARROW: "Pass the bytes of one whole Arrow IPC stream or file.",
  SIGNALS_UNSUPPORTED_ARROW:
    "Cast the column to a type that docs/columns.md lists, leave it out, or write uncompressed.",
  SIGNALS_BAD_CSV:
    "Quote fields as RFC 4180 has it, give each record the same number of fields, and kinds that all fields have.",
  // app
  APP_NEXT_TWICE: "Call next() at most once in each middleware, and return what it gives.",
  APP_BAD_REPLY:
    "Return c.html(...), c.json(...) or another reply, a template, or what next() gave; do not forget the return.",
  APP_NO_REASON: "Throw an Error, and reject promises with one.",
  APP_NOT_CACHEABLE: "Await what the page waits for first; set cookies per request, with c.addHeader.",
  APP_BAD_HEADER: "Percent-encode text that strangers choose before it goes into a header.",
  APP_BAD_EVENT:
    "Give the data as text (JSON.stringify for anything else); keep names and ids on one line, as only data may hold line breaks; make retryMs a finite number.",
  APP_BATCH_FULL: "Try again later, raise maxQueued or maxRunning, or make the work faster.",
  APP_BATCH_SIZE: "Return one output for each input, in the order of the inputs; an Error in place of one that failed.",
  APP_BAD_LIMIT: "Give a number within the range, a whole one for batches.",
  APP_BAD_ETAG: 'Write entity tags with their quotes: "v7", or W/"v7" for a weak one.',
  APP_BODY_READ:
    "Read the body once, keep the result, and hand it on with c.set; a route with a body schema has it in c.body.",
  APP_BODY_GONE: "Mount busbar before whatever reads the body, or let the host's parser put its result on the request.",
  APP_BODY_TOO_LARGE: "Send less, or raise limits.maxBodyBytes, the route's maxBodyBytes or the reader's maxBytes.",
  APP_BAD_JSON: "Send well-formed JSON.",
  APP_BAD_TEXT: "Send UTF-8, or read the body with readBytes.",
  APP_BAD_CONTENT_TYPE: "Send the content type the route reads, in UTF-8 and uncompressed.",
  APP_BAD_TRANSFER_CODING: "Send the body with a content-length, or in chunks alone.",
  APP_TOO_MANY_FIELDS: "Send fewer fields, or raise limits.maxFields.",
  APP_CLIENT_GONE: "Nothing to do: stop the work for this request.",
  APP_FOREIGN_REDIRECT: "Redirect to a path, or pass { external: true } for a target that no stranger chose.",
  APP_MISSING_STATE: "Set the key in middleware that runs before, or ask c.has(key) first.",
  APP_NO_PLATFORM: "Pass createApp({ platform: nodePlatform }) with nodePlatform from busbar/node.",
  APP_BAD_PREFIX: "Start prefixes and patterns with a slash, end no prefix with one, and use no wildcard in a prefix.",
  APP_MOUNT_CYCLE: "Mount each app in a different one.",
  APP_BAD_COOKIE:
    "Use a bare token as the name, well-formed text as the value, and attributes that browsers take together: prefixed, partitioned and SameSite=None cookies are secure.",
  APP_COOKIE_TOO_LARGE: "Keep the data on the server, in a session, and only its id in the cookie.",
  APP_NO_COOKIE_SECRET:
    "Pass createApp({ cookieSecrets: [secret] }) with at least 32 random bytes that outlive the process.",
  APP_WEAK_SECRET: "Make secrets of at least 32 random bytes, such as 64 random hexadecimal digits.",
  APP_BAD_GUARD: "Correct the guard's option that the message names.",
  APP_TIMEOUT: "Pass c.signal to whatever the handler waits for, or raise ms of timeout().",
  APP_SESSION_TOO_LARGE: "Keep large data elsewhere and its id in the session, or raise maxBytes of sessions().",
  APP_SESSION_OVER: "Change the session before the handler returns: streams and sockets come too late.",
  // adapters
  PROXY_BAD_ORIGIN: 'Name scheme, host and port, and nothing else: "http://127.0.0.1:8080".',
  PROXY_BAD_PATH: "Return a path with its query, starting with a slash, from the option `path`.",
  NODE_FILE_CHANGED:
    "Replace files by renaming new ones into their place, and give what changes often another address.",
  NODE_LEAKS: "End what is named: clear timers, close servers and sockets, take listeners off, release leases.",
  NODE_CLIENT_MISSING: "Install the package whole; when working on busbar itself, build it first.",
  MULTIPART_MALFORMED: "Send multipart/form-data as RFC 7578 has it; browsers and FormData do.",
  MULTIPART_TOO_LARGE: "Send less, or raise the limit that the message names.",
  MULTIPART_PART_OVER: "Read the content of a file before asking for the next part, or before onFile returns.",
  MCP_BAD_TOOL: "Give the route another name in meta.mcp.name: letters, digits, _ and -, at most 64, each name once.",
  // build
  BUILD_MODULE_FAILED:
    "Import the module with node by itself to see the error whole; what must not run during a build can ask process.env.BUSBAR_BUILD.",
  BUILD_NO_TABLE: "Export a busbar app as app or a router as router, or name the export.",
  BUILD_TIMEOUT: "Let the module load without waiting for what only a running server has, or raise timeoutMs.",
  BUILD_BAD_PROFILE: 'Write a JSON object whose keys are like "GET /users/:id" and whose values are counts.',
  // partial
  PARTIAL_BAD_NAME: "Name a fragment as its element's id: not empty, without white space.",
  PARTIAL_HEADERS_TOO_LARGE:
    "Send data as content and keep details of events and addresses short: together they may have 8,192 bytes.",
  PARTIAL_BAD_URL: "Give a path of this origin; where another origin is allowed, write it in full with https://.",
  // patch
  PATCH_BAD_ATTRIBUTE:
    "Name attributes with letters, digits, hyphens, colons and dots only; they become part of a template.",
  PATCH_STALE_ROW:
    "Put what the row shows into its item, or into a signal that stands in a hole of the row; other rows are made when their item changes, and not before.",
  // live
  LIVE_REFUSED: "Load the page again; give liveRoute a secret that outlives the process.",
  LIVE_TAKEN_OVER: "Do not copy a live page: each load has a session of its own.",
  LIVE_STALE_COMPONENT:
    "Put what the component shows into a signal, or give it the object that changes as a prop; others are evaluated when a signal they read has changed, and not before.",
  LIVE_RATE_LIMITED:
    "Send less (debounce input events), or raise framesPerSecond, frameBurst, bytesPerSecond, byteBurst or waitingEvents.",
  LIVE_HANDLER_FAILED: "The report carries the error; the session goes on with the state as the handler left it.",
  LIVE_BAD_EVENT: "Bind the event with arguments its schema takes, and name form fields as the schema does.",
  LIVE_BAD_LOG:
    "Give it what the log option of liveRoute has written, from its first byte, by the same version of the library.",
  LIVE_BAD_REPLY:
    "Return plain data from the handler: text, numbers, booleans, null, bytes, arrays and plain objects of them.",
  LIVE_EVENT_UNKNOWN: "Look whether it took effect; declare the handler idempotent if it may run again.",
  LIVE_NO_NAVIGATION: "Give the view a navigate function; the client then fetches the page instead.",
  LIVE_NO_UPLOAD: "Declare the upload in the view; name the file field as it does.",
  LIVE_BAD_STREAM: "Give stream() a limit of at least 1, and a key function whose results are texts or numbers.",
  LIVE_BAD_URL: "Give a path of this site, starting with one slash: /board/7?tab=2.",
  LIVE_TASK_FAILED: "The report carries the error; the session goes on. Catch in the task what you expect.",
  LIVE_TOO_MANY_TIMERS: "Stop timers that are not needed any more, or give tasks names: a new one ends the old one.",
  LIVE_UPLOAD_TOO_LARGE: "Send a smaller file, or raise maxBytes of the view's upload.",
  LIVE_UPLOAD_TOO_MANY:
    "Wait until a handler has taken what was sent, cancel an entry, or raise maxFiles of the view's upload.",
  LIVE_UPLOAD_TYPE: "Choose a file of a type the view's upload accepts.",
  LIVE_UPLOAD_FULL: "Try again later, take files sooner, or raise maxTotalBytes of the view's upload.",
  LIVE_UPLOAD_TAKEN: "Take a file once, by bytes() or stream(), in the handler that gets it.",
  LIVE_CRASHED: "The report carries the error; the client mounts the view anew.",
  LIVE_CLOSED: "Load the page again.",
  LIVE_BAD_SNAPSHOT:
    "Nothing, after a deploy that changed what mount returns: the session mounts anew. Else look for what else writes under the store's keys.",
  LIVE_BAD_TOPIC: "Use a topic of 1 to 200 characters, and a value that packs to at most 60,000 bytes.",
  LIVE_NOT_STORED:
    "Look at the store; the report carries its error. The session goes on, and the next event that is stored stores all of its state.",
  LIVE_NO_SECRET: "Give liveRoute a secret of 32 random bytes, the same in all processes that share the store.",
  LIVE_UNPACKABLE:
    "Keep plain values, signals, keyed maps and keyed lists in the state, and what follows from them in computeds; the session stays awake, and in no store.",
  // live/testing
  TESTING_BAD_SELECTOR: "Write the selector with what the message lists.",
  TESTING_NO_MATCH: "Look at what the message lists, or print page.html().",
  TESTING_AMBIGUOUS: "Say more in the selector, give the element's text, or take one of queryAll().",
  TESTING_NOT_BOUND: "Bind a handler to the element or to one around it, or click what people would.",
  TESTING_DISABLED: "Enable the control first: a person could not use it either.",
  TESTING_BAD_FIELD: "Name fields as the form does, and give values its controls can have.",
  TESTING_NO_PAGE: "Check the address, the route's pattern and its params.",
  TESTING_NOT_ADOPTED:
    "Write the markup as the parser leaves it: <tbody> in tables, no blocks in <p>, every element closed.",
  TESTING_NOT_LIVE: "Mount the view with JavaScript on, and use liveRoute for its page.",
  TESTING_PARTED: "Render from state alone, without clock or chance; else report it: page and server must not part.",
  TESTING_TIMEOUT: "Let time pass with advance() while the handler waits for it, or raise timeoutMs.",
  // crdt
  CRDT_BAD_INDEX: "Use whole numbers within the text's length.",
  CRDT_SPLIT_PAIR: "Move the index to either side of the character: characters beyond U+FFFF take two units.",
  CRDT_LONE_SURROGATE: "Insert well-formed text; String.prototype.toWellFormed() repairs it.",
  CRDT_BAD_NAME: "Name roots and keys with well-formed text of at most 1,024 bytes of UTF-8.",
  CRDT_NO_REPLICA_ID: "Give createDoc a random source (or a replicaId that no other session uses) before editing.",
  CRDT_BAD_REPLICA_ID: "Use an integer from 0 to 2^53 - 1, or leave it out and give random.",
  CRDT_REPLICA_REUSED:
    "Draw a fresh replica id for every session: make the document anew and merge the old one into it.",
  CRDT_IN_TRANSACTION: "Call apply outside of transact, or after it.",
  CRDT_UNKNOWN_FORMAT:
    "The bytes are no update of this library, or of a later release: upgrade this side first. Whole documents are applied, not merged.",
  CRDT_BAD_CHECKSUM: "The update was damaged on its way or on disk: fetch it again.",
  CRDT_BAD_UPDATE: "The update was not made by this library, or was tampered with: refuse whoever sent it.",
  CRDT_LIMIT: "Send less at once, or raise the limit the message names in createDoc's limits.",
  CRDT_PENDING_FULL:
    "Fetch what doc.pending() lists as missing with encode({ since: doc.version() }) before applying more.",
  CRDT_BAD_VERSION: "Pass bytes that encodeVersion made; since takes what version or decodeVersion gave.",
  CRDT_BAD_AMOUNT: "Add a finite number, and keep the sum of what one replica adds finite.",
  CRDT_BAD_YJS: "Pass all of a document, as Y.encodeStateAsUpdate gives it (version 1).",
  CRDT_NEWER_SCHEMA: "Upgrade this code: a later release has migrated the document.",
  CRDT_BAD_VALUE: "Write values that the root's schema takes.",
  CRDT_NO_DEFLATE: "Send this platform bytes that are not compressed.",
  CRDT_UPDATE_GAP: "Merge updates that follow each other; fetch those between first.",
  CRDT_NOT_NEWER: "Compare a version with one that has all of it: merge it into the other first.",
  CRDT_NO_NODE: "Use ids that add or children gave, of nodes that have not been deleted since.",
  CRDT_TREE_CYCLE: "Move the node somewhere that is not below itself.",
  CRDT_REFUSED: "Show who sent it the reason; they take the update back and keep what else they did.",
  CRDT_NO_FEATURE: "Give createDoc the feature that brings this type.",
  CRDT_BAD_CURSOR: "Pass bytes that encodeCursor made, or a cursor as cursor or decodeCursor gave it.",
  CRDT_BAD_ARGUMENT: "Pass what the message names: the types of busbar/crdt say what each function takes.",
  // sync
  SYNC_STORE_IN_USE: "Stop the other process that has this folder open, or give this one a folder of its own.",
  SYNC_STORE_UNAVAILABLE: "Check that the folder can be created and written, and that the disk is not full.",
  SYNC_STORE_FORMAT:
    "Open the folder with the release that wrote it last, or one after that, or give this one a copy of before. In a browser: reload the page.",
  SYNC_STORE_FULL:
    "Tell the user: edits stay in the page and are tried again. Free space, or ask for more with navigator.storage.persist().",
  SYNC_STORE_CLOSED: "Close the hub before its store, and use neither afterwards.",
  SYNC_STORE_POSITION: "Compact up to a position that append or load has returned for this document.",
  SYNC_STORE_GAP: "Load the document again and send what it lacks: an update before this one was not stored.",
  SYNC_STORE_EPOCH: "Load the document again: it was cut meanwhile, and what is not stored yet goes on from there.",
  SYNC_CUT: "Nothing to do: the replica opens the document again, and brings over what it had not sent.",
  SYNC_STORE_DURABILITY:
    'Turn on what the message names (Redis: appendonly yes, appendfsync always, no maxmemory-policy of allkeys-*; PostgreSQL: fsync on), or open the store with durability: "process".',
  SYNC_REPLICA_TAKEN: "Draw a fresh replica id for every session and every user: createDoc({ random }) does.",
  SYNC_BAD_OPTION:
    "Pass what the types of busbar/sync say for the option the message names; leave out what is not set.",
  SYNC_BAD_NAME: "Name a document with 1 to 512 bytes of well-formed text.",
  SYNC_BAD_FRAME: "Send the frames docs/wire.md lists, in the order it names: HELLO first, then OPEN, then the rest.",
  SYNC_PROTOCOL: "Serve the browser bundle of the same release as the server.",
  SYNC_FORBIDDEN: "Let authorize grant read, or do not open this document for this user.",
  SYNC_READ_ONLY: "Let authorize grant write, or make the editor read-only when replica.level says so.",
  SYNC_BAD_UPDATE:
    "The update is damaged or was not made by this library: reload the page to start from the server's document.",
  SYNC_REFUSED: "Let authorizeUpdate accept it, or do not offer this edit to this user.",
  SYNC_REVOKED: "Connect again with fresh credentials; what was not acknowledged is still on the client.",
  SYNC_REMOVED: "Close the document in the page, or open it anew to start it from nothing.",
  SYNC_LIMIT: "Stay below the limit named in the message, or raise it in the hub's limits.",
  SYNC_SILENT: "Send a PING within the time WELCOME names, or raise silentMs.",
  SYNC_UNAVAILABLE: "Nothing was lost: what was not acknowledged is sent again when the connection is back.",
  SYNC_CLOSED: "Open documents before the hub is closed.",
  // workers
  WORKERS_BAD_PROPS: "Pass props that structured clone takes: plain data, no functions and no templates.",
  WORKERS_CLOSED: "Render before the pool is closed, or give close() more graceMs.",
  WORKERS_CRASHED:
    "The cause says how: out of memory (raise resourceLimits), process.exit, or an error outside of the page's promise.",
  WORKERS_NO_PAGE: "Export the page as a function of the module under this name.",
  WORKERS_QUEUE_FULL: "Answer 503 with Retry-After, add threads, or raise maxQueue.",
  WORKERS_START_FAILED: "The cause says why the module could not be imported on a thread.",
  WORKERS_TIMEOUT: "Make the page cheaper, or raise timeoutMs.",
} as const;
