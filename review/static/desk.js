// The desk's one script. Pages work without it; with it they stay fresh by themselves.
//
// <tbody data-live="/path/live" data-every="2">   its children are replaced by those of the answer, each by its id
// <form data-ask="…">                             is sent once the question is answered yes
"use strict";

document.documentElement.classList.add("scripted");

// The answer's rows, parsed in the place where they belong (a <tr> is dropped outside of a table).
function parsed(html, place) {
  const like = place.cloneNode(false);
  like.innerHTML = html;
  return [...like.children];
}

const controls = (element) => [...(element?.querySelectorAll("a, button") ?? [])];

// Put the new children in place of the old. What did not change stays, so that the focus does not jump.
function renew(place, fresh) {
  const old = new Map([...place.children].map((child) => [child.id || child.outerHTML, child]));
  const next = fresh.map((child) => {
    const known = old.get(child.id || child.outerHTML);
    return known?.isEqualNode(child) ? known : child;
  });
  const same = next.length === place.children.length && next.every((child, at) => child === place.children[at]);
  if (same) return;
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const child = focused && [...place.children].find((each) => each.contains(focused));
  const at = child ? controls(child).indexOf(focused) : -1;
  place.replaceChildren(...next);
  if (!focused) return;
  const again = focused.isConnected ? focused : controls(document.getElementById(child.id))[at];
  again?.focus({ preventScroll: true });
}

async function refresh(place) {
  if (document.hidden) return;
  const known = place.dataset.tag ? { "If-None-Match": place.dataset.tag } : {};
  const answer = await fetch(place.dataset.live, { headers: known }).catch(() => null);
  if (answer && answer.status === 401) location.reload(); // signed out meanwhile
  if (!answer || !answer.ok) return; // 304 where nothing changed
  place.dataset.tag = answer.headers.get("ETag") ?? "";
  renew(place, parsed(await answer.text(), place));
}

async function keepFresh(place) {
  for (;;) {
    await refresh(place);
    await new Promise((later) => setTimeout(later, place.dataset.every * 1000));
  }
}

document.querySelectorAll("[data-live]").forEach(keepFresh);
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.ask;
  if (question && !confirm(question)) event.preventDefault();
});
