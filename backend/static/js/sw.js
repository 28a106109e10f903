/* Works between the pages and the network, so that lessons can be done without a connection, and articles read.

   Pages of lessons that one has begun with are kept, and the articles that a page asks to keep (carry.js); everything
   else comes from the network, and without one the page that says so. Pages are kept for one person: signing out or in
   forgets them, and so does a page that hears that its reader is out, or that came for a visitor (shell.js). */

const SHELL = "sk-shell-1";
const LESSONS = "sk-lessons-1";
const OFFLINE = "/offline/";
const PATIENCE_MS = 4_000;
/* Pages vary by cookie and language, and are kept for one person only. */
const ANY = { ignoreVary: true };
const isLesson = (url) => /^\/leren\/[^/]+\/(stap\/\d+|klaar)\/$/.test(url.pathname);
const isPicture = (url) => /^\/(leren|kennis)\/beeld\/[0-9a-f-]{36}\/$/.test(url.pathname);
const SHELVES = "/kennis/";
const isArticle = (url) => /^\/kennis\/([a-z0-9_-]+\/)?$/.test(url.pathname) && url.pathname !== "/kennis/beheer/" && !url.search;
const isTopic = (url) => url.pathname.startsWith("/kennis/onderwerp/");
const mayKeep = (url) => isLesson(url) || isArticle(url) || isPicture(url);
const isAccount = (url) => /^\/account\/(login|logout)\//.test(url.pathname);

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.add(OFFLINE)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const ours = [SHELL, LESSONS];
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("sk-") && !ours.includes(name)).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("message", (event) => {
  if (event.data?.type !== "keep") return;
  const all = [keepAll(LESSONS, event.data.pages), keepAll(SHELL, event.data.files)];
  event.waitUntil(Promise.all(all).then(() => event.source?.postMessage({ type: "kept" })));
});

async function keepAll(name, addresses) {
  const cache = await caches.open(name);
  for (const address of addresses) {
    const url = new URL(address, location.origin);
    if (url.origin !== location.origin || (name === LESSONS && !mayKeep(url))) continue;
    if (name === SHELL && (await cache.match(url, ANY))) continue;
    const answer = await fetch(url, { credentials: "same-origin" }).catch(() => null);
    if (answer?.ok && !answer.redirected) await cache.put(url, answer);
  }
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  if (isAccount(url)) event.waitUntil(caches.delete(LESSONS));
  if (event.request.method !== "GET") return;
  if (isLesson(url) && event.request.mode === "navigate") event.respondWith(lesson(event.request));
  else if (isArticle(url) && event.request.mode === "navigate") event.respondWith(article(event.request));
  else if (isTopic(url) && event.request.mode === "navigate") event.respondWith(topic(event.request));
  else if (event.request.mode === "navigate") event.respondWith(page(event.request));
  else if (isPicture(url)) event.respondWith(picture(event.request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(event.request));
});

/* The newest when it comes soon, else the kept one. */
async function lesson(request) {
  const cache = await caches.open(LESSONS);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok && !answer.redirected) await cache.put(request.url, answer.clone());
    return answer;
  } catch {
    return (await cache.match(request.url, ANY)) ?? offline();
  }
}

/* The same, for articles that were kept before: what somebody merely looks at stays nowhere. */
async function article(request) {
  const known = await caches.match(request.url, ANY);
  return known ? lesson(request) : page(request);
}

/* A topic leads to its article; without a connection to the shelves, where that stands. */
async function topic(request) {
  return fetch(request).catch(async () => (await caches.match(SHELVES, ANY)) ?? offline());
}

async function page(request) {
  return fetch(request).catch(offline);
}

/* A picture of a lesson or an article never changes. */
async function picture(request) {
  const cache = await caches.open(LESSONS);
  return (await cache.match(request.url, ANY)) ?? fetch(request);
}

async function file(request) {
  return fetch(request).catch(async () => (await caches.match(request.url, ANY)) ?? Response.error());
}

async function offline() {
  return (await caches.match(OFFLINE, ANY)) ?? Response.error();
}
