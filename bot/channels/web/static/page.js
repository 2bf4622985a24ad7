// The page's own script: leaving at once, sending without a new page, and asking for what is new.
// It keeps nothing: no storage, no history entry. Without it the page works too.
"use strict";
(() => {
  const EVERY = 3000, AWAY = 15 * 60 * 1000, SHIFTS = 3, WITHIN = 5000, SETTLE = 450;
  const root = document.documentElement;
  const parser = new DOMParser();
  const policy = window.trustedTypes?.createPolicy("page", { createHTML: (html) => html });
  const only = (selector, from = document) => from.querySelector(selector);
  let left = false, sending = false, hiddenAt = 0, changedAt = -SETTLE, waiting = new AbortController();

  // --- leaving: first nothing is seen any more, then all the rest ---------------------------------------------

  function blank() {
    root.classList.add("gone");
    for (const sound of document.querySelectorAll("audio")) sound.pause();
    left = true;
    waiting.abort();
  }

  function leave() {
    if (left) return;
    const form = new URLSearchParams({ act: "leave", nonce: only("[name=nonce]")?.value ?? "" });
    blank();
    document.body.replaceChildren();
    document.cookie = "g=1; max-age=15; path=/; samesite=strict";
    try {
      fetch("/", { method: "POST", body: form, keepalive: true, credentials: "same-origin" }).catch(() => {});
    } catch {
      navigator.sendBeacon("/", form);
    }
    location.replace("/");
  }

  let shifts = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") { shifts = []; return; }
    if (event.repeat) return;
    shifts = [...shifts.filter((at) => event.timeStamp - at < WITHIN), event.timeStamp];
    if (shifts.length >= SHIFTS) leave();
  }, true);

  // --- what comes back takes the place of what stands there ---------------------------------------------------

  function show(html, { hers }) {
    const next = parser.parseFromString(policy ? policy.createHTML(html) : html, "text/html");
    const kind = next.documentElement.dataset.page;
    if (!kind) return failed();
    if (kind === "last" && only("#lines")) return keepPlace(next);
    if (kind === "talk" && root.dataset.page === "talk" && only("#lines")) return merge(next, hers);
    root.lang = next.documentElement.lang;
    root.dir = next.documentElement.dir;
    root.dataset.page = kind;
    root.dataset.offline = next.documentElement.dataset.offline ?? "";
    document.body.replaceWith(next.body);
    changedAt = performance.now();
    scrollTo(0, 0);
    only("#traces, #lines, main")?.focus({ preventScroll: true });
  }

  function merge(next, hers) {
    root.lang = next.documentElement.lang;
    root.dir = next.documentElement.dir;
    const draft = only("#text");
    const fresh = mergeLines(only("#lines"), only("#lines", next));
    if (only("#choices").innerHTML !== only("#choices", next).innerHTML) changedAt = performance.now();
    for (const part of ["#notes", "#choices", ".way-out"]) swap(part, next);
    if (hers || !only(".foot").contains(document.activeElement)) swap(".foot", next);  // a code may be half typed
    for (const part of ["#traces", "#given"]) swapOrDrop(part, next);
    for (const field of ["nonce", "moment"]) only(`#say [name=${field}]`).value = only(`#say [name=${field}]`, next).value;
    if (hers) draft.value = only("#text", next).value;
    if (fresh) fresh.scrollIntoView({ block: hers ? "start" : "nearest" });
    const given = only("#given");
    if (given && hers) given.focus();
    else if (hers && fresh && hers !== "say") only("#choices").focus({ preventScroll: true });
  }

  function mergeLines(old, next) {
    const stays = new Set([...next.children].map((line) => line.id));
    for (const line of [...old.children]) if (!stays.has(line.id)) line.remove();
    let fresh = null, after = null;
    for (const line of [...next.children]) {
      const here = document.getElementById(line.id);
      if (!here) {
        line.classList.add("fresh");
        old.insertBefore(line, after ? after.nextSibling : old.firstChild);
        if (!line.classList.contains("she")) fresh ??= line;
        after = line;
        continue;
      }
      here.className = line.className;
      [here.lang, here.dir] = [line.lang, line.dir];  // the page around it may speak another language now
      if (here.textContent !== line.textContent) here.replaceChildren(...line.childNodes);
      after = here;
    }
    return fresh;
  }

  function swap(part, next) {
    const there = only(part, next);
    if (there) only(part)?.replaceWith(there);
  }

  function swapOrDrop(part, next) {
    const here = only(part), there = only(part, next);
    if (here && there) here.replaceWith(there);
    else if (here) here.remove();
    else if (there) only("#say").before(there);
  }

  // The last-resort words stand above her place; what she typed stays, and may be sent once more.
  function keepPlace(next) {
    only("#notes").replaceChildren(only("#last", next));
    only("#notes").scrollIntoView({ block: "start" });
  }

  function failed() {
    const said = document.createElement("p");
    said.className = "note";
    said.textContent = root.dataset.offline;
    only("#notes")?.replaceChildren(said);
    only("#notes")?.scrollIntoView({ block: "nearest" });
  }

  // --- a link that carries her place here: its code leaves the address at once, and goes with her first press -----

  let code = "";

  function takeCode() {
    if (!location.hash) return;
    code = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
  }

  takeCode();
  addEventListener("hashchange", takeCode);

  // --- sending ------------------------------------------------------------------------------------------------

  async function ask(form, { hers }) {
    const answer = await fetch("/", { method: "POST", body: form, credentials: "same-origin", cache: "no-store",
      signal: waiting.signal });
    if (left || answer.status === 204) return;
    if (answer.headers.has("clear-site-data")) { blank(); document.body.replaceChildren(); return location.replace("/"); }
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.text(), { hers });
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    if (button?.value === "take") return;  // a file is the browser's own affair
    event.preventDefault();
    if (button?.name === "act" && button.value === "leave") return leave();
    const sent = new URLSearchParams(new FormData(form));
    if (button?.name) sent.set(button.name, button.value);
    if (code && root.dataset.page === "front" && !sent.has("code")) sent.set("code", code);
    if (button?.value === "say" && !sent.get("text").trim()) return only("#text").focus();
    const pressing = button?.classList.contains("danger");
    // A second tap of the same finger may not answer the next question.
    if ((sending || event.timeStamp - changedAt < SETTLE) && !pressing) return;
    sending = true;
    button?.setAttribute("aria-disabled", "true");
    try {
      await ask(sent, { hers: button?.value === "say" ? "say" : "press" });
    } catch {
      if (!left) failed();
    } finally {
      sending = false;
      button?.removeAttribute("aria-disabled");
    }
  });

  // With a real keyboard Enter sends, and Shift with Enter begins a new line.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.target.id !== "text") return;
    if (!matchMedia("(pointer: fine)").matches) return;
    event.preventDefault();
    event.target.form.requestSubmit(only("[value=say]", event.target.form));
  });

  // --- what is new --------------------------------------------------------------------------------------------

  async function look() {
    if (left || sending || document.hidden || root.dataset.page !== "talk") return;
    const version = only("#choices")?.dataset.version ?? "";
    try {
      await ask(new URLSearchParams({ act: "look", version }), { hers: "" });
      if (only("#notes .note")?.textContent === root.dataset.offline) only("#notes").replaceChildren();
    } catch {
      if (!left) failed();
    }
  }

  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { hiddenAt = Date.now(); return; }
    if (hiddenAt && Date.now() - hiddenAt > AWAY && ["talk", "kept"].includes(root.dataset.page)) { blank(); location.replace("/"); }
    else look();
  });
  // A page that the browser kept is never shown again: what stood there may be gone by now.
  addEventListener("pageshow", (event) => { if (event.persisted) { blank(); location.replace("/"); } });
})();
