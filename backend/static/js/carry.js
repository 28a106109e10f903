/* Articles for on the way: what a volunteer may have to look up in the street is on the phone before it is needed, with
   the article that is open. Once a day, by the age of what is kept; never for a visitor, nor where data is dear. */

const LESSONS = "sk-lessons-1"; // of sw.js: emptied when one signs out
const DAY_MS = 86_400_000;
const LIST = "/kennis/onderweg.json";
const SHELVES = "/kennis/";
const told = document.querySelector("[data-carried]");

async function isFresh() {
  const kept = await (await caches.open(LESSONS)).match(SHELVES, { ignoreVary: true });
  const at = Date.parse(kept?.headers.get("Date") ?? "");
  return Date.now() - at < DAY_MS;
}

async function listed() {
  const answer = await fetch(LIST, { credentials: "same-origin" });
  return answer.ok && !answer.redirected ? (await answer.json()).pages : [];
}

async function carry() {
  const here = told ? [location.pathname, ...[...document.querySelectorAll("main img[src^='/kennis/beeld/']")].map((each) => each.src)] : [];
  const pages = (await isFresh()) ? here : [...here, ...(await listed())];
  if (!pages.length) return;
  await navigator.serviceWorker.register("/sw.js");
  const registration = await navigator.serviceWorker.ready;
  navigator.serviceWorker.addEventListener("message", (event) => {
    if (event.data?.type !== "kept") return;
    document.body.dataset.carried = "";
    if (told) told.hidden = false;
  });
  const files = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((each) => each.href || each.src);
  registration.active?.postMessage({ type: "keep", pages, files });
}

const wanted = !("visitor" in document.body.dataset) && "serviceWorker" in navigator && !navigator.connection?.saveData;
if (wanted) carry().catch(() => {}); // no storage, or no connection any more: then articles need one
