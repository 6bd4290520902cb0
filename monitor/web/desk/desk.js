// The desk's only script: keys for the keyboard, and filters that act at once. Every page works without it.
"use strict";

const stories = () => [...document.querySelectorAll("[data-story]")];

function step(by) {
  const all = stories();
  if (!all.length) return;
  const at = all.findIndex((each) => each.classList.contains("here"));
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  all.forEach((each) => each.classList.remove("here"));
  next.classList.add("here");
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("h3 a")?.focus({ preventScroll: true });
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  o: () => document.querySelector(".here h3 a")?.click(),
  "/": () => document.getElementById("seek")?.focus(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
});

document.querySelectorAll("#filters select").forEach((select) => {
  select.addEventListener("change", () => select.form.submit());
});
