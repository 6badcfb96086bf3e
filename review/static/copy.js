// <button data-copy="id">   puts the text of that field into the clipboard; where that may not be, selects it
"use strict";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  // Over plain HTTP there is no clipboard; then the old way, which needs the selection.
  const copied = navigator.clipboard ? await navigator.clipboard.writeText(field.value).then(() => true, () => false) : document.execCommand("copy");
  if (copied) button.textContent = button.dataset.copied;
});
