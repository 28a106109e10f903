/* Live updates: one socket per page. A message says what changed, never what it says now; parts of the page
   fetch themselves again. Without a socket the page refreshes itself every 30 seconds.

   Messages: {"type": "hello", "cursor": n} · {"type": "refresh"} · {"cursor": n, "topic": "offer", "id": "…"}

   The first connection asks for what happened since the page was asked for, a later one for what happened since the
   last message: between rendering and connecting, and while away, nothing is lost. */

const RELOADED = "sk:reloaded";
const GRACE_MS = 5_000;
const POLL_MS = 30_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const RELOAD_PAUSE_MS = 60_000;
const LEAVING_MS = 30_000;
const SIGNED_OUT = 4401;
const { live: path, liveSince: since } = document.body.dataset;

let socket = null;
let cursor = 0;
let attempts = 0;
let retry = null;
let grace = null;
let poll = null;
let sent = -Infinity;

function fire(name, detail = {}, target = document.body) {
  target.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
}

function receive(message) {
  // Numbers can arrive out of order; the server looks back a little from the highest.
  if (Number.isInteger(message.cursor)) cursor = Math.max(cursor, message.cursor);
  if (message.type === "hello") welcomed();
  else if (message.type === "refresh") fire("sk:refresh");
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
  if (cursor) url.searchParams.set("cursor", cursor);
  else url.searchParams.set("since", since);
  socket = new WebSocket(url);
  socket.addEventListener("message", (event) => receive(JSON.parse(event.data)));
  socket.addEventListener("close", closed);
}

/* Only a hello counts: a server that opens the door and shuts it again must not be asked ever faster. */
function welcomed() {
  attempts = 0;
  clearTimeout(grace);
  clearInterval(poll);
  grace = poll = null;
  document.documentElement.dataset.liveState = "open";
}

function closed(event) {
  if (event.target !== socket) return;
  socket = null;
  document.documentElement.dataset.liveState = "away";
  if (event.code === SIGNED_OUT) fire("sk:signed-out");
  if (event.code === SIGNED_OUT && reload()) return;
  grace ??= setTimeout(startPolling, GRACE_MS);
  // Exponential with full jitter, so that thousands of pages do not come back at the same moment.
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempts++);
  retry = setTimeout(connect, FIRST_WAIT_MS / 2 + Math.random() * longest);
}

/* The page itself says what to do now: sign in. Not again within a minute, so that it can never go round and round, and
   not while a form is on its way: that may be the one that signs out, and its answer would be called back. */
function reload() {
  if (performance.now() - sent < LEAVING_MS) return false;
  const last = Number(sessionStorage.getItem(RELOADED));
  if (Date.now() - last < RELOAD_PAUSE_MS) return false;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.reload();
  return true;
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
  // After everyone who keeps a form back, to ask first or to send it themselves.
  window.addEventListener("submit", (event) => event.defaultPrevented || (sent = performance.now()));
  // A page kept in the back-forward cache has a closed socket and may be old.
  window.addEventListener("pagehide", () => socket?.close());
  window.addEventListener("pageshow", (event) => event.persisted && fire("sk:refresh"));
}
