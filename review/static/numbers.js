// The pages of numbers: a view as a link, a chart as a PNG.
//
// <button data-copy-link data-copied="…">   puts this page's address, which holds all filters, on the clipboard
// <button data-png="/….svg">                saves the chart of that address as a picture of twice its size
"use strict";

async function copyLink(button) {
  try {
    await navigator.clipboard.writeText(location.href);
  } catch {
    prompt(button.textContent, location.href); // without TLS a page may not write to the clipboard
    return;
  }
  const words = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => (button.textContent = words), 2000);
}

async function savePicture(address) {
  const drawing = new Image();
  drawing.src = address;
  await drawing.decode();
  const canvas = document.createElement("canvas");
  canvas.width = drawing.width * 2;
  canvas.height = drawing.height * 2;
  canvas.getContext("2d").drawImage(drawing, 0, 0, canvas.width, canvas.height);
  const link = document.createElement("a");
  link.href = canvas.toDataURL("image/png");
  link.download = `${document.title.split(" · ")[0]}.png`;
  link.click();
}

document.addEventListener("click", (event) => {
  const copy = event.target.closest("[data-copy-link]");
  if (copy) copyLink(copy);
  const picture = event.target.closest("[data-png]");
  if (picture) savePicture(picture.dataset.png);
});
