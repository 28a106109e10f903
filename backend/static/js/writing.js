/* A picture where the cursor was: who hands one in gets a mark there, and the server puts the picture in its place.
   Without this file the writer types the mark, or finds the picture at the end of the text. */

const MARK = "![](beeld)";
const PLACED = /!\[(?:\\.|[^[\]\\])*\]\((?:beeld|picture)\)/;
const form = document.querySelector("[data-writing]");
const touched = new Set();

form?.addEventListener("focusin", ({ target }) => {
  if (target.matches("textarea[name^=body]")) touched.add(target);
});

form?.addEventListener("submit", ({ submitter }) => {
  if (submitter?.name === "add_picture") touched.forEach(mark);
});

/* What the learner is to do tells which part comes next: that one opens. */
form?.addEventListener("change", ({ target }) => {
  if (target.name === "kind") form.querySelector(`details[data-kind="${target.value}"]`)?.setAttribute("open", "");
});

/* Behind the line that the cursor is in, as a paragraph of its own. */
function mark(text) {
  if (PLACED.test(text.value)) return;
  const end = text.value.indexOf("\n", text.selectionStart);
  const at = end < 0 ? text.value.length : end;
  const before = text.value.slice(0, at).trimEnd();
  const after = text.value.slice(at).trimStart();
  text.value = [before, MARK, after].filter(Boolean).join("\n\n");
}
