/* Messages on this device: subscribe the browser and send what it says with the form of the page; the server does
   the rest. What the page says first is for browsers that cannot. */

const box = document.querySelector("[data-push]");
const key = box?.dataset.push;
const here = box ? "pushHere" in box.dataset : false;
const form = box?.querySelector("form");

function show(state) {
  for (const part of box.querySelectorAll("[data-push-state]")) part.hidden = part.dataset.pushState !== state;
}

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

/* Under another key than ours of today: our key was replaced, or the address belongs to another site. */
function isOurs(subscription) {
  const given = subscription.options?.applicationServerKey;
  const wanted = bytes(key);
  return !given || (given.byteLength === wanted.length && new Uint8Array(given).every((each, index) => each === wanted[index]));
}

async function current() {
  const registration = await navigator.serviceWorker.register("/sw.js");
  const subscription = await registration.pushManager.getSubscription();
  if (subscription && !isOurs(subscription)) {
    await subscription.unsubscribe();
    return { registration, subscription: null };
  }
  return { registration, subscription };
}

async function begin() {
  if ((await Notification.requestPermission()) !== "granted") return show("denied");
  const { subscription } = await current();
  const { pushManager } = await navigator.serviceWorker.ready;
  const made = subscription ?? (await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) }));
  const { endpoint, keys } = made.toJSON();
  for (const [name, value] of Object.entries({ endpoint, ...keys, server_key: key })) {
    if (form.elements[name]) form.elements[name].value = value;
  }
  form.submit();
}

async function look() {
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return;
  if (Notification.permission === "denied") return show("denied");
  const { subscription } = await current();
  // Our key was replaced since: the same device subscribes again, without asking.
  if (here && !subscription && Notification.permission === "granted") return begin();
  show(here && subscription ? "on" : "off");
}

if (box) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    begin().catch(() => (box.querySelector("[data-push-failed]").hidden = false));
  });
  look().catch(() => show("off")); // a private window has no service worker: trying says so
}

/* The browser forgets its address too. */
document.querySelector("[data-push-stop]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const stop = event.target;
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => null);
  const subscription = await registration?.pushManager?.getSubscription().catch(() => null);
  await subscription?.unsubscribe().catch(() => false);
  stop.submit();
});
