// Files that are dropped on the page, or chosen: sent a few at a time; [data-uploaded] gets the answers' lines.
"use strict";

const LANES = 3;
const waiting = [];
let [lanes, sent, all] = [0, 0, 0];

function told(form, name, trouble) {
  const line = document.createElement("li");
  line.className = "trouble";
  line.textContent = `${name}：${trouble}`;
  return line;
}

async function send(form, file) {
  const list = document.querySelector("[data-uploaded]");
  const refusal = JSON.parse(form.dataset.refusals)[file.name.toLowerCase().match(/\.[^.]+$/)?.[0]];
  if (refusal) return list.prepend(told(form, file.name, refusal));
  if (file.size > form.dataset.megabytes * 2 ** 20) return list.prepend(told(form, file.name, form.dataset.tooLarge));
  const body = new FormData();
  body.append("files", file);
  const token = form.elements.form_token.value;
  const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Form-Token": token } }).catch(() => null);
  if (answer && answer.ok) list.prepend(...parsed(await answer.text(), list));
  else list.prepend(told(form, file.name, answer?.status === 403 ? form.dataset.outOfDate : form.dataset.notSent));
}

function showProgress(form) {
  const [bar, line] = [form.querySelector("progress"), form.querySelector("output")];
  bar.hidden = line.hidden = lanes === 0;
  bar.max = all;
  bar.value = sent;
  line.value = form.dataset.count.replace("{sent}", sent).replace("{all}", all);
}

async function work(form) {
  lanes += 1;
  for (let file = waiting.shift(); file; file = waiting.shift()) {
    await send(form, file);
    sent += 1;
    showProgress(form);
  }
  lanes -= 1;
  if (lanes) return;
  sent = all = 0;
  showProgress(form);
  form.reset();
  document.querySelectorAll("[data-live]").forEach(refresh);
}

function sendAll(form, files) {
  waiting.push(...files);
  all += files.length;
  while (lanes < Math.min(LANES, all)) work(form);
  showProgress(form);
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

document.querySelectorAll("[data-upload]").forEach(takeDrops);
// What is not sent yet would be lost without a word.
addEventListener("beforeunload", (event) => {
  if (lanes) event.preventDefault();
});
