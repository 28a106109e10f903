/* The small comforts of every page: display choice without a reload, toasts with undo, confirmation,
   focus on what needs attention. Everything here has a way without JavaScript. */

const toasts = document.getElementById("toasts");
const TOAST_MS = 10_000;

/** POST to our own server with the CSRF token of the page. */
export function post(url, body = new FormData()) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  return fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token }, credentials: "same-origin" });
}

/** Show a sentence for ten seconds. `undo` is a URL that the button posts to. Hovering or focus keeps it. */
export function toast(text, undo = null) {
  const box = document.createElement("div");
  box.className = "sk-toast";
  const words = document.createElement("p");
  words.textContent = text;
  box.append(words);
  // What was said before may no longer be so; what can still be undone stays.
  for (const old of toasts.querySelectorAll(".sk-toast:not(:has(button))")) old.remove();
  if (undo) box.append(button(toasts.dataset.undo, () => undoIt(undo, box)));
  toasts.append(box);
  let timer = setTimeout(() => box.remove(), TOAST_MS);
  const keep = () => clearTimeout(timer);
  const release = () => (timer = setTimeout(() => box.remove(), TOAST_MS));
  for (const event of ["mouseenter", "focusin"]) box.addEventListener(event, keep);
  for (const event of ["mouseleave", "focusout"]) box.addEventListener(event, release);
}

function button(text, onClick) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", onClick);
  return made;
}

async function undoIt(url, box) {
  box.remove();
  const answer = await post(url).catch(() => null);
  if (!answer?.ok) toast(toasts.dataset.broken);
  else for (const name of ["sk:refresh", "sk:undone"]) document.body.dispatchEvent(new CustomEvent(name, { bubbles: true }));
}

document.body.addEventListener("sk-toast", (event) => toast(event.detail.text, event.detail.undo));
/* What nobody asked for and nobody sees, like the count of messages, lays nothing over a button. */
document.body.addEventListener("htmx:sendError", (event) => {
  if (!event.target.hidden) toast(toasts.dataset.away);
});
document.body.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status >= 500) toast(toasts.dataset.broken);
  if (event.detail.xhr.status === 401) event.target.dispatchEvent(new CustomEvent("sk:signed-out", { bubbles: true }));
});

/* Whoever is out keeps nothing on this device: pages of lessons for on the way go as soon as it learns of it, by a closed
   socket, a refused call or any page that comes for a visitor, and not only at the page to sign in. A lesson that
   another tab was opening in the meantime goes with them. */
async function forgetLessons() {
  const names = (await globalThis.caches?.keys()) ?? [];
  await Promise.all(names.filter((name) => name.startsWith("sk-lessons")).map((name) => caches.delete(name)));
}

document.body.addEventListener("sk:signed-out", forgetLessons);
if ("visitor" in document.body.dataset) forgetLessons();

/* A part that fetches itself again waits for the form that is being sent from it: else that form, and where its
   answer is to go, would be gone before the answer comes. */
document.body.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.detail.elt;
  if (!part.querySelector("form.htmx-request")) return;
  event.preventDefault();
  part.addEventListener("htmx:afterRequest", () => document.body.dispatchEvent(new CustomEvent("sk:refresh")), { once: true });
});

/* Display: apply at once, remember on the server. */
document.querySelector("[data-display]")?.addEventListener("submit", (event) => {
  const chosen = event.submitter;
  if (!chosen?.name) return;
  event.preventDefault();
  const key = chosen.name === "theme" ? "theme" : "text";
  if (["auto", "normal"].includes(chosen.value)) delete document.documentElement.dataset[key];
  else document.documentElement.dataset[key] = chosen.value;
  for (const other of chosen.parentElement.children) other.setAttribute("aria-pressed", String(other === chosen));
  const body = new FormData();
  body.set(chosen.name, chosen.value);
  post(event.target.action, body).catch(() => toast(toasts.dataset.broken));
});

/* Confirmation: data-confirm on a button (forms), hx-confirm on anything htmx sends. */
const dialog = document.getElementById("confirm");

function ask(sentence) {
  dialog.querySelector("#confirm-text").textContent = sentence;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

document.addEventListener("submit", async (event) => {
  const by = event.submitter;
  const sentence = by?.dataset.confirm ?? event.target.dataset.confirm;
  const confirmed = event.target.dataset.confirmed;
  delete event.target.dataset.confirmed;
  if (!sentence || confirmed) return;
  event.preventDefault();
  event.stopPropagation();
  if (!(await ask(sentence))) return;
  event.target.dataset.confirmed = "yes";
  event.target.requestSubmit(by);
}, true);

document.body.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  if (await ask(event.detail.question)) event.detail.issueRequest(true);
});

/* What was sent is not sent once more by going back to it or by refreshing: the answer to a form goes by the address
   of the page that the form stands on, and who comes back to it finds that page as it is by then. */
const formPage = document.body.dataset.posted;
if (formPage) {
  for (const form of document.querySelectorAll("form:not([action])")) form.setAttribute("action", location.href);
  history.replaceState(history.state, "", formPage);
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

/* What needs attention takes the focus: the error summary of a form. */
function attend(root) {
  root.querySelector?.("[data-focus]")?.focus();
}

attend(document);
document.body.addEventListener("htmx:afterSwap", (event) => attend(event.detail.target));

/* The number on the icon of the installed app is that of the page. */
function badge() {
  const unread = document.querySelector("[data-counts='unread']");
  if (!unread || !navigator.setAppBadge) return;
  const count = Number.parseInt(unread.textContent, 10) || 0;
  (count ? navigator.setAppBadge(count) : navigator.clearAppBadge()).catch(() => {});
}

badge();
document.body.addEventListener("htmx:oobAfterSwap", badge);

/* On a phone the chosen tab is never outside the row of tabs. */
for (const tab of document.querySelectorAll(".sk-tabs [aria-current]")) {
  const row = tab.closest(".sk-tabs");
  row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
}

/* A form is sent once, however often the button is pressed. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  if (form.dataset.sending) event.preventDefault();
  form.dataset.sending = "yes";
  setTimeout(() => delete form.dataset.sending, 3000);
});

/* The menu closes with Escape and when one looks elsewhere. */
const menu = document.querySelector(".sk-menu");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu?.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  if (menu?.open && (!menu.contains(event.target) || event.target.closest("a"))) menu.open = false;
});
