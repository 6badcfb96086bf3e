// The review's keys, and findings that come in place of each other without loading the page anew.
//
// [data-key="a"]            that key clicks it, or puts the cursor into it
// a[data-swap], form[data-swap]   its answer comes in place of what stands in [data-part]
// [data-held]               an item that is kept for this person while the page is open, and given back on leaving
"use strict";

const part = document.querySelector("[data-part]");
const help = document.getElementById("help");
const KEEP_SECONDS = 60;
let busy = false;

const item = () => part.querySelector(".item");
const token = () => document.querySelector("[name=form_token]").value;

function complain() {
  const line = document.createElement("p");
  line.className = "trouble";
  line.textContent = part.dataset.notSent;
  part.querySelector(".flash").replaceChildren(line);
}

function put(html) {
  part.innerHTML = html;
  if (item().dataset.address !== location.pathname + location.search) history.pushState(null, "", item().dataset.address);
  scrollTo(0, 0);
  item().querySelector("h1").focus({ preventScroll: true });
}

// One thing at a time: a key pressed twice decides once.
async function swap(address, options) {
  if (busy) return;
  busy = true;
  try {
    const answer = await fetch(address, options);
    if (answer.status === 401) return location.reload(); // signed out meanwhile
    const html = await answer.text();
    if (html.includes("data-address")) put(html);
    else complain();
  } catch {
    complain();
  } finally {
    busy = false;
  }
}

part.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-swap]")) return;
  event.preventDefault();
  const address = event.submitter?.getAttribute("formaction") ?? event.target.action;
  swap(address, { method: "POST", body: new URLSearchParams(new FormData(event.target, event.submitter)) });
});

part.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swap]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    swap(link.href);
  } else if (event.target.closest("[data-help]")) help.showModal();
});

const isField = (element) => element.matches("textarea, select, input:not([type=radio])");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing || help.open) return;
  if (isField(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const key = event.key === "？" ? "?" : event.key.toLowerCase(); // as a Chinese keyboard writes it
  const meant = [...part.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key);
  if (!meant || meant.disabled) return;
  event.preventDefault();
  if (isField(meant)) meant.focus();
  else meant.click();
});

async function keep() {
  const held = part.querySelector("[data-held]");
  if (!held || document.hidden || busy) return;
  const answer = await fetch(`/review/${held.dataset.number}/live`).catch(() => null);
  if (answer?.ok && held.isConnected) held.querySelector("[data-holder]").innerHTML = await answer.text();
}

setInterval(keep, KEEP_SECONDS * 1000);
addEventListener("popstate", () => location.reload());
addEventListener("pageshow", (event) => event.persisted && location.reload());
addEventListener("pagehide", () => {
  const held = part.querySelector("[data-held]");
  const body = new URLSearchParams({ form_token: token() });
  if (held) fetch(`/review/${held.dataset.number}/release`, { method: "POST", body, keepalive: true });
});
