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

// --- the editor of watchlists: checked as one types, previewed when one pauses ---

const edit = document.getElementById("edit");
const text = document.getElementById("text");
const asking = {};

async function ask(part) {
  asking[part]?.abort();
  const stop = (asking[part] = new AbortController());
  const place = document.getElementById(part);
  const wait = document.querySelector(`[data-wait="${part}"]`);
  if (wait) place.replaceChildren(document.createTextNode(wait.textContent));
  place.setAttribute("aria-busy", "true");
  try {
    const body = new URLSearchParams(new FormData(edit));
    body.set("do", part);
    body.set("part", "1");
    const answer = await fetch(edit.action, { method: "POST", body, signal: stop.signal });
    const said = await answer.text();
    if (answer.redirected) place.textContent = "You are signed out. Sign in in another tab; your text stays here.";
    else if (answer.ok) place.innerHTML = said;
    else place.textContent = "This could not be looked at now; the buttons below the text do the same.";
  } catch (error) {
    if (error.name !== "AbortError") place.textContent = "The service does not answer. Your text stays here.";
  }
  if (asking[part] === stop) place.removeAttribute("aria-busy");
}

function later(work, pause) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, pause);
  };
}

if (edit) {
  let open = "changed" in edit.dataset;
  const checkSoon = later(() => ask("check"), 400);
  const previewSoon = later(() => ask("preview"), 1500);
  text.addEventListener("input", () => {
    open = true;
    asking.preview?.abort();
    checkSoon();
    previewSoon();
  });
  edit.addEventListener("submit", (event) => {
    const part = event.submitter?.name === "do" && event.submitter.value;
    if (part === "check" || part === "preview") {
      event.preventDefault();
      ask(part);
      if (part === "preview") document.getElementById("preview-head").scrollIntoView();
    } else open = false;
  });
  addEventListener("beforeunload", (event) => open && event.preventDefault());
  document.addEventListener("click", (event) => {
    const line = Number(event.target.closest("[data-line]")?.dataset.line);
    if (!line) return;
    event.preventDefault();
    const lines = text.value.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    text.focus();
    text.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
    text.scrollTop = ((line - 4) * text.scrollHeight) / lines.length;
    text.scrollIntoView({ block: "nearest" });
  });
  if (open && !document.querySelector("#preview strong, #check .bad")) ask("preview");
}
