/* Messages on a phone that is locked, and the answers given there. Read together with sw.js, before it.

   A message: { kind, title, body, lang, url, tag, silent, badge, offer?, actions?, later? }. An answer to a question goes to
   the API; without a connection it is kept on this device, with its Idempotency-Key, and sent as soon as there is
   one: however often it is sent, it counts once. */

(() => {
  /* Not one of the caches that sw.js tidies away. */
  const ANSWERS = "answers-1";
  const SETTINGS = "/berichten/telefoon/";
  const VERBS = { yes: "accept", no: "decline" };
  const ANSWER_MS = 4_000;
  /* Sign in again, wait, or try later: the answer stays kept. Other refusals will never be accepted. */
  const LATER = new Set([401, 403, 408, 425, 429]);

  self.addEventListener("push", (event) => {
    const told = event.data?.json();
    if (told) event.waitUntil(Promise.all([notify(told), badge(told.badge)]));
  });

  function notify({ title, body, tag, silent, lang, actions = [], ...data }) {
    const look = { body, tag, silent, actions, data, icon: "/static/img/icon-192.png", lang, renotify: !silent };
    return self.registration.showNotification(title, look);
  }

  async function badge(count) {
    if (count > 0) await self.navigator.setAppBadge?.(count);
    else await self.navigator.clearAppBadge?.();
  }

  self.addEventListener("notificationclick", (event) => {
    const { notification, action } = event;
    const { url, offer, later } = notification.data;
    notification.close();
    event.waitUntil(offer && action in VERBS ? answer(offer, action, url, later, notification.tag) : open(url));
  });

  async function answer(offer, action, url, later, tag) {
    const item = { url: `/api/v1/offers/${offer}/${VERBS[action]}`, key: crypto.randomUUID() };
    const said = await send(item).catch(() => null);
    if (said === null || said.status >= 500 || said.status === 429) {
      await keep(item);
      return notify({ title: "Samenkracht", body: later, tag, silent: true, url });
    }
    if (said.ok && action === "no") return;
    // A yes leads to what was agreed; whatever did not work, to the page that says so.
    const made = said.ok ? await said.json() : null;
    return open(made ? `/afspraken/${made.id}/` : url);
  }

  async function send({ url, key }) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": await token(), "Idempotency-Key": key };
    const signal = AbortSignal.timeout(ANSWER_MS);
    return fetch(url, { method: "POST", headers, credentials: "same-origin", body: "{}", signal });
  }

  /* A worker may not read cookies everywhere: then a page of ours says it. */
  async function token() {
    const cookie = await self.cookieStore?.get("csrftoken");
    if (cookie) return cookie.value;
    const page = await fetch(SETTINGS, { credentials: "same-origin", signal: AbortSignal.timeout(ANSWER_MS) });
    return (await page.text()).match(/name="csrfmiddlewaretoken" value="([^"]+)"/)?.[1] ?? "";
  }

  async function keep(item) {
    const cache = await caches.open(ANSWERS);
    await cache.put(item.url, new Response(item.key));
    await self.registration.sync?.register(ANSWERS).catch(() => {});
  }

  let sending = null;

  function sendKept() {
    sending ??= sendAll().finally(() => (sending = null));
    return sending;
  }

  async function sendAll() {
    if (!(await caches.has(ANSWERS))) return;
    const cache = await caches.open(ANSWERS);
    for (const request of await cache.keys()) {
      const kept = await cache.match(request);
      const said = await send({ url: new URL(request.url).pathname, key: await kept.text() });
      if (said.status >= 500 || LATER.has(said.status)) throw new Error("later");
      await cache.delete(request);
    }
  }

  self.addEventListener("sync", (event) => {
    if (event.tag === ANSWERS) event.waitUntil(sendKept());
  });

  /* Whoever opens a page has a connection, perhaps again. Whoever signs out takes nothing along. */
  self.addEventListener("fetch", (event) => {
    const url = new URL(event.request.url);
    if (url.origin !== location.origin) return;
    if (event.request.method === "POST" && url.pathname === "/account/logout/") event.waitUntil(forget());
    else if (event.request.mode === "navigate" && event.request.method === "GET") event.waitUntil(sendKept().catch(() => {}));
  });

  async function forget() {
    const subscription = await self.registration.pushManager.getSubscription();
    const shown = await self.registration.getNotifications();
    for (const each of shown) each.close();
    await Promise.all([subscription?.unsubscribe(), caches.delete(ANSWERS), badge(0)]);
  }

  /* The browser changed the address by itself: tell ours, as the page does. */
  self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

  async function renew({ oldSubscription, newSubscription }) {
    const options = oldSubscription?.options ?? newSubscription?.options;
    if (!options) return;
    const made = newSubscription ?? (await self.registration.pushManager.subscribe(options));
    const { endpoint, keys } = made.toJSON();
    const given = String.fromCharCode(...new Uint8Array(options.applicationServerKey));
    const server_key = btoa(given).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    await fetch("/api/v1/push-subscriptions", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": await token() },
      credentials: "same-origin",
      body: JSON.stringify({ endpoint, keys, serverKey: server_key }),
    });
  }

  async function open(url) {
    const windows = await self.clients.matchAll({ type: "window" });
    const shown = windows.find((each) => "focus" in each);
    if (!shown) return self.clients.openWindow(url);
    await shown.focus().catch(() => {});
    return shown.navigate(url).catch(() => self.clients.openWindow(url));
  }
})();
