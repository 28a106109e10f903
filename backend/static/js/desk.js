/* The desk by keyboard: j/k move, Enter opens, 1-9 press the panel's buttons, / searches, ? shows the keys,
   Escape goes back to the list. The rows are links, so Tab and Enter work without this file too. */

const desk = document.querySelector("[data-desk]");
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
let openedId = null;

const links = () => [...desk.querySelectorAll("[data-desk-open]")];
const panel = () => desk.querySelector(".sk-desk__panel");

function current(all) {
  const focused = all.indexOf(document.activeElement);
  return focused >= 0 ? focused : all.findIndex((link) => link.getAttribute("href") === openedId);
}

function move(step) {
  const all = links();
  if (!all.length) return;
  const next = Math.max(0, Math.min(all.length - 1, current(all) + step));
  all[next].focus();
  all[next].scrollIntoView({ block: "nearest" });
}

function mark(link) {
  openedId = link?.getAttribute("href") ?? null;
  for (const other of links()) {
    if (other === link) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
}

function press(number) {
  const button = panel()?.querySelector(`[data-key="${number}"]`);
  button?.focus();
  button?.click();
}

function showKeys() {
  document.getElementById("desk-keys")?.showModal?.();
}

const KEYS = {
  j: () => move(1),
  ArrowDown: () => move(1),
  k: () => move(-1),
  ArrowUp: () => move(-1),
  "/": () => desk.querySelector("[data-desk-search]")?.focus(),
  "?": showKeys,
};

function escape(target) {
  if (target.matches(TYPING)) target.blur();
  const all = links();
  all[Math.max(0, current(all))]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") return escape(event.target);
  if (event.target.matches(TYPING)) return;
  const arrows = event.key.startsWith("Arrow");
  if (arrows && !desk.querySelector(".sk-desk__list")?.contains(event.target)) return;
  if (/^\d$/.test(event.key)) press(event.key);
  else if (KEYS[event.key]) KEYS[event.key]();
  else return;
  event.preventDefault();
});

/* The opened row stays marked, also after the live list has been fetched again. */
desk.addEventListener("click", (event) => {
  const link = event.target.closest("[data-desk-open]");
  if (link) mark(link);
});
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  if (target.querySelector?.("[data-desk-open]:focus")) {
    target.dataset.focus = document.activeElement.getAttribute("href");
  }
});
document.body.addEventListener("htmx:afterSwap", (event) => {
  const target = event.detail.target;
  if (target === panel()) {
    // An answer may have brought the next one: its row is the opened one now.
    const shown = links().find((link) => link.getAttribute("href") === location.pathname);
    if (shown) mark(shown);
    panel().focus({ preventScroll: true });
    // On a narrow screen the list has made room: the panel may begin above what is in view.
    if (panel().getBoundingClientRect().top < 0) panel().scrollIntoView();
    return;
  }
  const all = links();
  mark(all.find((link) => link.getAttribute("href") === openedId));
  if (target.dataset.focus) all.find((link) => link.getAttribute("href") === target.dataset.focus)?.focus();
  delete target.dataset.focus;
});

mark(links().find((link) => link.getAttribute("aria-current") === "true"));
