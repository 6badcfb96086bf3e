// Teach it: keys. [data-key="a"]: that key clicks it, or puts the cursor into it. In the list j and k go from row to row.
"use strict";

const isField = (element) => element.matches("textarea, select, input:not([type=radio])");

function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return false;
  const at = rows.indexOf(document.activeElement);
  rows[Math.min(rows.length - 1, Math.max(0, at + by))].focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  if (isField(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const key = event.key.normalize("NFKC").toLowerCase(); // a Chinese keyboard writes ｊ
  const meant = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key);
  if (!meant && !((key === "j" && step(1)) || (key === "k" && step(-1)))) return;
  event.preventDefault();
  if (meant && isField(meant)) meant.focus();
  else meant?.click();
});
