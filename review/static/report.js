// A report's page: comes to the chosen figure or finding, also where the link to the page did not name the place;
// a figure that is clicked, in the text or on its page, is shown in both.
"use strict";

const chosen = document.getElementById("chosen");
if (chosen && !location.hash) chosen.scrollIntoView({ block: "center" });

const pages = document.querySelector("[data-page-address]");

// The figure of this key, marked in the text.
function choose(key) {
  for (const each of document.querySelectorAll(".text a.chosen")) each.classList.remove("chosen");
  const places = [...document.querySelectorAll(".text a[data-figure]")].filter((each) => each.dataset.figure === key);
  for (const each of places) each.classList.add("chosen");
  return places[0];
}

async function follow(link) {
  const address = new URL(link.getAttribute("href"), location.href); // the href of an SVG's link is no text
  const answer = await fetch(pages.dataset.pageAddress + address.search).catch(() => null);
  if (!answer?.ok) return location.assign(address);
  const place = pages.querySelector("[data-page]");
  place.innerHTML = await answer.text();
  history.replaceState(null, "", address.pathname + address.search);
  showPages(place);
  const words = choose(link.dataset.figure);
  if (!link.closest(".text")) words?.scrollIntoView({ block: "nearest" });
}

pages?.closest(".open").addEventListener("click", (event) => {
  const link = event.target.closest("a[data-figure]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  follow(link);
});
