// A missed figure is marked with the mouse: beside what is selected in the text a button leads to the page that adds it.
"use strict";

const text = document.querySelector("[data-add]");
const LONGEST = 60;
let offer;

function selected() {
  const chosen = getSelection();
  if (!chosen.rangeCount || chosen.isCollapsed) return null;
  const range = chosen.getRangeAt(0);
  const words = chosen.toString().trim();
  if (!text.contains(range.commonAncestorContainer) || !words || words.length > LONGEST || words.includes("\n")) return null;
  const line = range.startContainer.parentElement.closest("p, h3, h4, h5, h6");
  const before = document.createRange();
  before.setStart(line, 0);
  before.setEnd(range.startContainer, range.startOffset);
  return { words, before: before.toString().slice(-12), box: range.getBoundingClientRect() };
}

function offerToAdd() {
  offer?.remove();
  const found = selected();
  if (!found) return;
  offer = document.createElement("a");
  offer.className = "button main mark-it";
  offer.textContent = text.dataset.addWord;
  offer.href = `${text.dataset.add}?${new URLSearchParams({ words: found.words, before: found.before })}`;
  offer.style.left = `${Math.max(8, found.box.left + scrollX)}px`;
  offer.style.top = `${found.box.bottom + scrollY + 4}px`;
  document.body.append(offer);
}

if (text) document.addEventListener("selectionchange", () => setTimeout(offerToAdd, 150));
