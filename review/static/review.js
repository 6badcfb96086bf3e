// The review's keys, and findings that come in place of each other without loading the page anew.
//
// [data-key="a"]            that key clicks it, or puts the cursor into it
// a[data-swap], form[data-swap]   its answer comes in place of what stands in [data-part]
// [data-held]               an item that this person may decide: held from the first key on, given back on leaving
"use strict";

const part = document.querySelector("[data-part]");
const help = document.getElementById("help");
const KEEP_SECONDS = 60;
let busy = false;
let kept = Promise.resolve();

const item = () => part.querySelector(".item");
const token = () => document.querySelector("[name=form_token]").value;
const here = () => location.pathname + location.search;
// Until when this page knows the item to be kept for it; a claim that ends later is another page's.
const until = () => part.querySelector("[data-until]")?.dataset.until;
const holding = (place) => place.querySelector("[data-holding]")?.dataset.holding;

// A sentence above the item; with `again` a button that loads the page anew.
function tell(sentence, again = false) {
  const line = document.createElement("p");
  line.className = "trouble";
  line.textContent = sentence;
  if (again) {
    const button = document.createElement("button");
    button.textContent = part.dataset.reload;
    button.addEventListener("click", () => location.reload());
    line.append(" ", button);
  }
  const flash = part.querySelector(".flash");
  flash.querySelector(".trouble")?.remove();
  flash.prepend(line);
}

function put(html) {
  part.innerHTML = html;
  showPages(part);
  const { address, title } = item().dataset;
  if (address !== here()) history.pushState(null, "", address);
  const site = document.querySelector(".brand").textContent;
  document.title = `${title ?? item().querySelector("h1").textContent} · ${site}`;
  const next = document.querySelector("header [name=next]"); // where a change of the language leads back to
  if (next) next.value = address;
}

// One thing at a time: a key pressed twice decides once. `quiet`: nobody asked for it, so the page stays where it is.
async function swap(address, options, quiet = false) {
  if (busy) return;
  busy = true;
  try {
    await kept; // else it could take again what is given back here
    if (!options) await giveBack();
    const answer = await fetch(address, options);
    // The session ended meanwhile.
    if (answer.status === 401) return location.assign(`/login?expired=1&next=${encodeURIComponent(here())}`);
    const html = await answer.text();
    if (quiet && typed(item())) return; // begun while the answer was on its way
    if (html.includes("data-address")) {
      put(html);
      if (!quiet) scrollTo(0, 0);
      const field = answer.status === 422 && item().querySelector("[name=value]:enabled");
      (field || item().querySelector("h1")).focus({ preventScroll: true });
    } else if (answer.status < 500) tell(part.dataset.outdated, true);
    else tell(part.dataset.notSent);
  } catch {
    tell(part.dataset.notSent);
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

// Enter in a form presses its first button, which is not the one that takes a suggestion.
part.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || event.repeat || !event.target.matches("[name=take]")) return;
  event.preventDefault();
  part.querySelector("[data-key=a]").click();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing || help.open) return;
  if (isField(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const key = event.key.normalize("NFKC").toLowerCase(); // a Chinese keyboard writes ｊ and ？
  const meant = [...part.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key);
  if (!meant && key === "c" && part.querySelector("form.decide")) tell(part.dataset.noFigure);
  if (!meant || meant.matches(":disabled")) return;
  event.preventDefault();
  if (isField(meant)) meant.focus();
  else if (key === "a" && corrects()) part.querySelector("[data-correct]").click();
  else meant.click();
});

// With something typed for the figure, to accept is to correct.
const corrects = () => [...part.querySelectorAll(".correct input")].some((one) => one.value.trim());

const post = (deed, fields, options) =>
  fetch(`/review/${item().dataset.number}/${deed}`, {
    method: "POST",
    body: new URLSearchParams({ form_token: token(), ...fields }),
    ...options,
  });

// What this page holds is anybody's again.
async function giveBack() {
  if (part.querySelector("[data-held]") && until()) await post("release", { until: until() }, { keepalive: true }).catch(() => null);
}

const typed = (held) => [...held.querySelectorAll("input:not([type=hidden], [type=radio]), textarea")].some((one) => one.value);

// Who holds the item now; `begin` takes or keeps it for this person.
async function keep(begin = holding(part) === "mine") {
  const held = part.querySelector("[data-held]");
  if (!held || document.hidden || busy) return;
  const asked = begin ? post("hold") : fetch(`/review/${held.dataset.number}/live`);
  const html = await asked.then((answer) => (answer.ok ? answer.text() : null)).catch(() => null);
  if (html === null || !held.isConnected) return;
  const holder = held.querySelector("[data-holder]");
  const before = holding(holder);
  holder.innerHTML = html;
  held.dataset.drawn ??= before;
  const free = ["free", "mine"];
  const same = holding(holder) === held.dataset.drawn || (free.includes(holding(holder)) && free.includes(held.dataset.drawn));
  // Somebody took, left or settled it: other buttons, but not at the price of what is typed.
  if (!same && !typed(held)) swap(item().dataset.address, undefined, true);
}

// The first key or click in the form: from here on this person is about to decide.
function begin() {
  kept = kept.then(() => holding(part) === "free" && keep(true));
}
part.addEventListener("focusin", (event) => event.target.closest("form.decide") && begin());
part.addEventListener("input", (event) => event.target.closest("form.decide") && begin());

setInterval(() => (kept = kept.then(() => keep())), KEEP_SECONDS * 1000);
addEventListener("popstate", () => location.reload());
addEventListener("pageshow", (event) => event.persisted && location.reload());
addEventListener("pagehide", giveBack);
