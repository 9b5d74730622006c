/** The host's own page: busbar has no part in it. */
export function homePage(host: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>busbar showcase</title>
<link rel="icon" href="/favicon.svg"><link rel="stylesheet" href="/style.css">
</head>
<body>
<header class="site"><nav aria-label="Pages"><strong>busbar</strong>
<a href="/" aria-current="page">Start</a> <a href="/board">Board</a> <a href="/live">Live</a> <a href="/letters/drafts">Letters</a> <a href="/talk">Talk</a> <a href="/pad">Pad</a></nav></header>
<main>
<h1>An ordinary ${host} app</h1>
<p class="lead">This page is a route of ${host} itself. The others came later, one piece of busbar at a time.</p>
<div class="card"><h2><a href="/board">Board</a></h2><p>Routes, templates and forms: full pages without JavaScript, partial updates with it.</p></div>
<div class="card"><h2><a href="/live">Live</a></h2><p>State on the server, patches over a WebSocket: a counter and a list of 1,000 rows.</p></div>
<div class="card"><h2><a href="/letters/drafts">Letters</a></h2><p>A live form: checks while it is filled in, files, messages, and navigation without loads.</p></div>
<div class="card"><h2><a href="/talk">Talk</a></h2><p>A stream: the page keeps its rows, the server sends each once and holds none.</p></div>
<div class="card"><h2><a href="/pad">Pad</a></h2><p>One text, many writers, offline too. Replay a recorded writing session and watch it in another window.</p></div>
</main>
</body>
</html>
`;
}
