// The desk's one script. Pages work without it; with it they stay fresh by themselves and take dropped files.
//
// <tbody data-live="/path/live" data-every="2">   its children are replaced by those of the answer, each by its id
// <form data-upload>                              files are sent one by one; [data-uploaded] gets the answers' lines
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

function told(form, name, trouble) {
  const line = document.createElement("li");
  line.className = "trouble";
  line.textContent = `${name}：${trouble}`;
  return line;
}

async function send(form, file) {
  const list = document.querySelector("[data-uploaded]");
  if (file.size > form.dataset.megabytes * 2 ** 20) return list.prepend(told(form, file.name, form.dataset.tooLarge));
  const body = new FormData();
  body.append("files", file);
  const token = form.elements.form_token.value;
  const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Form-Token": token } }).catch(() => null);
  if (answer && answer.ok) list.prepend(...parsed(await answer.text(), list));
  else list.prepend(told(form, file.name, answer?.status === 403 ? form.dataset.outOfDate : form.dataset.notSent));
}

async function sendAll(form, files) {
  const bar = form.querySelector("progress");
  bar.hidden = false;
  bar.max = files.length;
  for (const [at, file] of [...files].entries()) {
    bar.value = at;
    await send(form, file);
  }
  bar.hidden = true;
  form.reset();
  document.querySelectorAll("[data-live]").forEach(refresh);
}

function takeDrops(form) {
  const input = form.elements.files;
  input.addEventListener("change", () => sendAll(form, [...input.files]));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  addEventListener("dragleave", (event) => event.relatedTarget || form.classList.remove("over"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    // A folder comes as a file that cannot be read.
    const folders = [...event.dataTransfer.items].map((one) => one.webkitGetAsEntry?.()).filter((one) => one?.isDirectory);
    const names = new Set(folders.map((folder) => folder.name));
    for (const name of names) document.querySelector("[data-uploaded]").prepend(told(form, name, form.dataset.folder));
    const files = [...event.dataTransfer.files].filter((file) => !names.has(file.name));
    if (files.length) sendAll(form, files);
  });
}

document.querySelectorAll("[data-live]").forEach(keepFresh);
document.querySelectorAll("[data-upload]").forEach(takeDrops);
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.ask;
  if (question && !confirm(question)) event.preventDefault();
});
