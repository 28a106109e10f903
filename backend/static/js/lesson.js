/* Lessons on a phone: an answer is answered at once, and what is done without a connection is kept on this
   device and sent later. Without this file the same form does it through the server.

   Kept in localStorage, per learner: [{ url, key, body: { step, choice, at } }, …]. The key goes along as
   Idempotency-Key: however often it is sent, it counts once. */

const lesson = document.querySelector("[data-lesson]");
const learner = lesson?.dataset.learner ?? document.documentElement.dataset.learner;
const QUICK_MS = 2_500;
/* Sign in again, wait, or try later: what was done stays kept. Other refusals will never be accepted. */
const LATER = new Set([401, 403, 408, 425, 429]);
const store = (name) => `sk-lessons:${name}`;

function kept(name = learner) {
  try {
    return JSON.parse(localStorage.getItem(store(name)) ?? "[]");
  } catch {
    return [];
  }
}

function keep(items) {
  try {
    if (items.length) localStorage.setItem(store(learner), JSON.stringify(items));
    else localStorage.removeItem(store(learner));
    return true;
  } catch {
    return false; // full, or not allowed: then the server does it
  }
}

function token() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

async function send(item, signal) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token(), "Idempotency-Key": item.key };
  return fetch(item.url, {
    method: "POST",
    body: JSON.stringify(item.body),
    headers,
    credentials: "same-origin",
    signal,
  });
}

let sending = null;

/** Send what is kept, in order; true when nothing is left. Never two at once. */
export function flush(ms = 20_000) {
  sending ??= sendAll(AbortSignal.timeout(ms)).finally(() => (sending = null));
  return sending;
}

async function sendAll(signal) {
  for (const item of kept()) {
    let answer;
    try {
      answer = await send(item, signal);
    } catch {
      return false;
    }
    if (answer.status === 401) document.body.dispatchEvent(new CustomEvent("sk:signed-out"));
    if (answer.status >= 500 || LATER.has(answer.status)) return false;
    keep(kept().filter((other) => other.key !== item.key));
  }
  return true;
}

function note(choice = "") {
  const body = { step: lesson.dataset.step, choice, at: new Date().toISOString() };
  const before = kept().filter((item) => item.body.step !== body.step);
  return keep([...before, { url: lesson.dataset.url, key: crypto.randomUUID(), body }]);
}

async function onward() {
  if (await flush(QUICK_MS)) return location.assign(lesson.dataset.after);
  if (!lesson.dataset.after.includes("/stap/")) return show("[data-finished-offline]");
  return location.assign(lesson.dataset.after);
}

function show(selector) {
  for (const part of document.querySelectorAll(`#kept ${selector}`)) part.hidden = false;
}

/** Say what there is to say of an answer; true when it is right. */
function answer(form) {
  const chosen = form.querySelector("input[name=choice]:checked");
  if (!chosen) return null;
  let right = false;
  for (const why of form.querySelectorAll("[data-why]")) {
    why.hidden = why.dataset.why !== chosen.value;
    if (!why.hidden) right = "right" in why.dataset;
  }
  form.querySelector("[data-check]").hidden = right;
  form.querySelector("[data-onward]").hidden = !right;
  if (right) form.querySelector("[data-onward]").focus();
  return right;
}

lesson?.querySelector("form").addEventListener("submit", (event) => {
  const form = event.target;
  const question = form.querySelector("[data-check]") !== null;
  if (question && !("onward" in (event.submitter?.dataset ?? {}))) {
    if (answer(form) !== null) event.preventDefault();
    return;
  }
  if (question && !answer(form)) return event.preventDefault();
  if (!note(form.querySelector("input[name=choice]:checked")?.value)) return; // the server does it
  event.preventDefault();
  onward();
});

/* Another choice: what was said of the former one goes. */
lesson?.addEventListener("change", (event) => {
  if (event.target.name !== "choice") return;
  for (const why of lesson.querySelectorAll("[data-why]")) why.hidden = true;
  lesson.querySelector("[data-check]").hidden = false;
  lesson.querySelector("[data-onward]").hidden = true;
});

if (lesson) lesson.dataset.ready = "";

function connection() {
  for (const part of document.querySelectorAll("[data-offline]")) part.hidden = navigator.onLine;
}

if (learner) {
  flush();
  addEventListener("online", () => flush().then((done) => done && connection()));
  addEventListener("offline", connection);
  connection();
}

/* The whole course on the device, so that it can be done on the way. */
if (lesson && "serviceWorker" in navigator) {
  navigator.serviceWorker.addEventListener("message", (event) => {
    if (event.data?.type === "kept") lesson.dataset.kept = "";
  });
  navigator.serviceWorker
    .register("/sw.js")
    .then(() => navigator.serviceWorker.ready)
    .then((registration) => {
      const files = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((each) => each.href || each.src);
      const pages = [...lesson.dataset.keep.split(" "), lesson.dataset.after];
      registration.active?.postMessage({ type: "keep", pages, files });
    })
    .catch(() => {}); // no storage, or a private window: then lessons need a connection
}
