// Pages as they are drawn: each frame shows what is marked on its page, also after its picture has come.
"use strict";

function centre(frame) {
  const box = frame.querySelector(".chosen") ?? frame.querySelector(".box");
  if (!box) return;
  const [inside, around] = [box.getBoundingClientRect(), frame.getBoundingClientRect()];
  frame.scrollTop += inside.top + inside.height / 2 - around.top - frame.clientHeight / 2;
  frame.scrollLeft += inside.left + inside.width / 2 - around.left - frame.clientWidth / 2;
}

// Every page within `place`; a picture that has not come yet has no height.
function showPages(place) {
  for (const frame of place.querySelectorAll(".page-frame")) {
    const picture = frame.querySelector("img");
    centre(frame);
    if (!picture.complete) picture.addEventListener("load", () => centre(frame), { once: true });
  }
}

// Whether pages are shown at all is the person's choice, and stays so.
function switchPages() {
  const hidden = document.documentElement.classList.toggle("no-drawn-pages");
  localStorage.setItem("pages", hidden ? "hidden" : "shown");
  showPages(document);
}

document.documentElement.classList.toggle("no-drawn-pages", localStorage.getItem("pages") === "hidden" && !!document.querySelector("[data-part]"));
document.addEventListener("click", (event) => event.target.closest("[data-pages]") && switchPages());
showPages(document);
