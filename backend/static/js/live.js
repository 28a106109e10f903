/* Live updates: one socket per page. A message says what changed, never what it says now; parts of the page
   fetch themselves again. Without a socket the page refreshes itself every 30 seconds.

   Messages: {"type": "hello", "cursor": n} · {"type": "refresh"} · {"cursor": n, "topic": "offer", "id": "…"} */

const CURSOR = "sk:cursor";
const GRACE_MS = 5_000;
const POLL_MS = 30_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const SIGNED_OUT = 4401;
const path = document.body.dataset.live;

let socket = null;
let attempts = 0;
let retry = null;
let grace = null;
let poll = null;

function fire(name, detail = {}, target = document.body) {
  target.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
}

function remember(cursor) {
  if (Number.isInteger(cursor)) sessionStorage.setItem(CURSOR, String(cursor));
}

function receive(message) {
  remember(message.cursor);
  if (message.type === "refresh") fire("sk:refresh");
  else if (message.topic) {
    const detail = { topic: message.topic, id: message.id };
    fire(`sk:${message.topic}`, detail);
    for (const part of document.querySelectorAll("[data-live-id]")) {
      if (part.dataset.liveId === message.id) part.dispatchEvent(new CustomEvent("sk:mine", { detail }));
    }
  }
}

function connect() {
  clearTimeout(retry);
  const url = new URL(path, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const cursor = sessionStorage.getItem(CURSOR);
  if (cursor) url.searchParams.set("cursor", cursor);
  socket = new WebSocket(url);
  socket.addEventListener("open", opened);
  socket.addEventListener("message", (event) => receive(JSON.parse(event.data)));
  socket.addEventListener("close", closed);
}

function opened() {
  attempts = 0;
  clearTimeout(grace);
  clearInterval(poll);
  grace = poll = null;
  document.documentElement.dataset.liveState = "open";
}

function closed(event) {
  socket = null;
  document.documentElement.dataset.liveState = "away";
  if (event.code === SIGNED_OUT) {
    sessionStorage.removeItem(CURSOR);
    location.reload();
    return;
  }
  grace ??= setTimeout(startPolling, GRACE_MS);
  // Exponential with full jitter, so that thousands of pages do not come back at the same moment.
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempts++);
  retry = setTimeout(connect, FIRST_WAIT_MS / 2 + Math.random() * longest);
}

function startPolling() {
  if (poll) return;
  fire("sk:refresh");
  poll = setInterval(() => document.visibilityState === "visible" && fire("sk:refresh"), POLL_MS);
}

/* A phone that wakes up: come back at once instead of after the wait. */
function wake() {
  if (document.visibilityState !== "visible" || socket) return;
  attempts = 0;
  connect();
}

if (path) {
  connect();
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", wake);
  // A page kept in the back-forward cache has a closed socket and may be old.
  window.addEventListener("pagehide", () => socket?.close());
  window.addEventListener("pageshow", (event) => event.persisted && fire("sk:refresh"));
}
