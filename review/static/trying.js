// Live arithmetic: what is typed for a figure is held against the rest, a moment after the last key.
//
// <div data-trial="/reports/7/figures/8-11/trial">   its content is the answer to what the form's fields say
"use strict";

const PAUSE = 350;
let asked = 0;
let waiting;

async function tryTyped(place, form) {
  const mine = ++asked;
  const typed = new URLSearchParams(["value", "unit", "indicator"].map((name) => [name, form.elements[name].value.trim()]));
  const said = [...typed.values()].some(Boolean);
  const answer = said ? await fetch(`${place.dataset.trial}?${typed}`).catch(() => null) : null;
  if (mine !== asked || (said && !answer?.ok) || !place.isConnected) return;
  place.innerHTML = said ? await answer.text() : "";
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  const place = form?.querySelector("[data-trial]");
  if (!place || event.isComposing || !["value", "unit", "indicator"].includes(event.target.name)) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => tryTyped(place, form), PAUSE);
});
document.addEventListener("compositionend", (event) => event.target.dispatchEvent(new Event("input", { bubbles: true })));
