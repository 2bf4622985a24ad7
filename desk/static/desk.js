// Keeps an open page up to date. Everything here is an extra: without it the pages work, and the board reloads itself.
"use strict";

const words = document.body.dataset;
const live = document.querySelector("[data-live]");
let pressing = count("pressing");

function count(name) {
  const found = document.getElementById("count");
  return found ? Number(found.dataset[name]) : 0;
}

// --- waiting times count on, in the words the server used ---

function lasting(seconds) {
  const minutes = Math.floor(Math.max(seconds, 0) / 60);
  if (minutes < 60) return words.minutes.replace("{n}", minutes);
  if (minutes < 48 * 60) {
    const rest = String(minutes % 60).padStart(2, "0");
    return words.hours.replace("{h}", Math.floor(minutes / 60)).replace("{m}", rest);
  }
  return words.days.replace("{n}", Math.floor(minutes / 1440));
}

function tick() {
  const now = Date.now() / 1000;
  for (const time of document.querySelectorAll("time[data-since]")) {
    const text = lasting(now - Number(time.dataset.since));
    if (time.textContent !== text) time.textContent = text;
  }
}

// --- what somebody is typing is never taken away ---

function dirty(part) {
  return [...part.querySelectorAll("textarea, input, select")].some((field) => {
    if (field.type === "hidden") return false;
    if (field.tagName === "SELECT") return field.selectedIndex > 0; // the first choice is what the page came with
    if (field.type === "checkbox") return field.checked !== field.defaultChecked;
    return field.value !== field.defaultValue;
  });
}

// Nor is a form that was opened closed, or the place lost where somebody is with the keyboard.
let place = null;

function keep(part, fragment) {
  const opened = [...part.querySelectorAll("details[open] > summary")].map((one) => one.textContent);
  for (const one of fragment.querySelectorAll("details > summary")) {
    if (opened.includes(one.textContent)) one.parentElement.open = true;
  }
  const here = document.activeElement;
  if (part.contains(here) && here.matches("summary")) place = [part.id, here.textContent];
}

function goBack() {
  if (!place) return;
  const [id, text] = place;
  const summaries = document.getElementById(id)?.querySelectorAll("summary") ?? [];
  [...summaries].find((one) => one.textContent === text)?.focus();
  place = null;
}

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const part = event.detail.target;
  const here = document.activeElement;
  if (dirty(part) || (part.contains(here) && here.matches("textarea, input, select"))) {
    event.detail.shouldSwap = false;
    const wasMine = Boolean(part.querySelector("#text"));
    const isMine = Boolean(event.detail.fragment.querySelector("#text"));
    if (part.id !== "write" || wasMine !== isMine) document.getElementById("stale").hidden = false;
  } else {
    keep(part, event.detail.fragment);
  }
});

document.addEventListener("htmx:beforeSwap", () => {
  for (const row of document.querySelectorAll(".row")) known.add(row.id);
});
const known = new Set();

document.addEventListener("htmx:afterSettle", () => {
  tick();
  goBack();
  scrollTalk();
  if (live?.dataset.live !== "board") return;
  const waiting = count("waiting");
  document.title = (waiting ? `(${waiting}) ` : "") + "Drempel";
  for (const row of document.querySelectorAll(".row.waits")) if (!known.has(row.id)) row.classList.add("new");
  if (count("pressing") > pressing) announce();
  pressing = count("pressing");
});

// A case that is gone from us (closed, barred) leaves the screen.
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 404) location.assign("/");
});

function announce() {
  const place = document.getElementById("announced");
  place.textContent = "";
  setTimeout(() => { place.textContent = live.dataset.new; }, 50);
}

function scrollTalk() {
  const talk = document.querySelector(".talk");
  if (talk) talk.scrollTop = talk.scrollHeight;
}

// --- the stream of changes ---

function changed(ids) {
  if (live.dataset.live === "board" || ids.includes(live.dataset.live)) htmx.trigger(live, "changed");
}

if (live && "EventSource" in window) {
  const stream = new EventSource("/live");
  stream.onmessage = (event) => changed(event.data.split(","));
  // Whatever happened before the stream was there, or while it was away, is fetched at once.
  stream.onopen = () => htmx.trigger(live, "changed");
  addEventListener("pagehide", () => stream.close());
}
// A page that comes back from the browser's memory is fetched anew.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field.matches?.("[data-send]")) field.form.requestSubmit();
});

// Typing counts as being here: a session that ends meanwhile would take the words along.
let told = 0;
document.addEventListener("input", () => {
  if (Date.now() - told < 60000) return;
  told = Date.now();
  fetch("/here").catch(() => {});
});

setInterval(tick, 5000);
scrollTalk();
