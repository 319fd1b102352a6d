// Marking: saves each tap on a level, says truly what is saved, and offers to undo. Each page works without it.
"use strict";

const marking = document.querySelector("[data-marking]");
if (marking) run(marking);

function run(root) {
  document.body.classList.add("scripted");
  // One queue for a person on this tablet, so that taps wait across candidates and a second person sends none of them.
  const store = `yogyata-practicals-${root.dataset.person}`;
  const saved = document.querySelector("[data-saved]");
  const savedWords = saved.querySelector("[data-saved-words]");
  const refusals = document.querySelector("[data-refusals]");
  const FIRST_DELAY = 1000;
  const LONGEST_DELAY = 20000;
  const PATIENCE = 15000;
  let held = [];
  let isKept = true;
  let sending = false;
  let delay = FIRST_DELAY;
  let timer = null;
  let sent = 0;

  // --- the queue ------------------------------------------------------------------------------
  function queue() {
    if (!isKept) return held;
    try { return JSON.parse(localStorage.getItem(store)) || []; } catch { return held; }
  }
  function keep(taps) {
    held = taps;
    try { localStorage.setItem(store, JSON.stringify(taps)); } catch { isKept = false; }
  }
  // Where the tablet cannot keep taps, only this page holds them: it must not be left.
  window.addEventListener("beforeunload", (event) => { if (!isKept && held.length) event.preventDefault(); });
  function makeKey() {
    const bytes = new Uint8Array(12);
    crypto.getRandomValues(bytes);
    return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  }
  function add(tap) {
    keep([...queue(), tap]);
    tell();
    send();
  }
  const remove = (key) => keep(queue().filter((tap) => tap.key !== key));

  // --- saving ---------------------------------------------------------------------------------
  function tell(words) {
    const count = queue().length;
    saved.classList.toggle("is-waiting", count > 0);
    if (words) savedWords.textContent = words;
    else if (count) savedWords.textContent = `${saved.dataset.wordWaiting} ${count} ${saved.dataset.wordCount}`;
  }
  async function post(tap) {
    const stop = new AbortController();
    const alarm = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const reply = await fetch(tap.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": root.dataset.token, Accept: "application/json" },
        body: JSON.stringify({ ref: tap.ref, share: tap.share, note: tap.note, key: tap.key }),
        keepalive: true,
        signal: stop.signal,
      });
      return { status: reply.status, body: await reply.json().catch(() => null) };
    } catch {
      return { status: 0, body: null };
    } finally {
      clearTimeout(alarm);
    }
  }
  async function send() {
    const tap = queue()[0];
    if (sending || !tap) return;
    sending = true;
    clearTimeout(timer);
    const { status, body } = await post(tap);
    sending = false;
    // Only a receipt for this very tap counts as saved; any other page that answers 200 does not.
    if (status === 200 && body && body.receipt && body.key === tap.key) {
      delay = FIRST_DELAY;
      sent += 1;
      remove(tap.key);
      settle(tap, body);
      tell(queue().length ? undefined : `${saved.dataset.wordSaved} ${body.saved_at}`);
      next();
    } else if ([403, 404, 409, 422].includes(status) && body && body.error) {
      remove(tap.key);
      refuse(tap, body.words);
      tell();
      next();
    } else {
      tell({ 400: saved.dataset.wordStale, 401: saved.dataset.wordSignedOut }[status]);
      timer = setTimeout(send, delay * (0.7 + Math.random() * 0.6));
      delay = Math.min(delay * 2, LONGEST_DELAY);
    }
  }
  function next() {
    if (queue().length) send();
    // A list shows numbers of before: look again, once all is sent.
    else if (sent && !root.dataset.sheet) location.reload();
  }
  function refuse(tap, words) {
    const line = document.createElement("p");
    line.className = "notice notice-bad";
    line.textContent = `${refusals.dataset.wordRefused}: ${tap.name} ${tap.label}. ${words}`;
    refusals.append(line);
    const form = formOf(tap);
    if (form) paint(form, form.dataset.kept);
  }
  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", send);

  // --- a criterion ----------------------------------------------------------------------------
  const forms = [...root.querySelectorAll("[data-criterion]")];
  const formOf = (tap) => (tap.sheet === root.dataset.sheet ? forms.find((form) => form.dataset.criterion === tap.ref) : undefined);
  const levels = (form) => [...form.querySelectorAll(".level")];
  const shareOf = (form) => (levels(form).find((level) => level.getAttribute("aria-pressed") === "true") || { value: "" }).value;
  const labelOf = (form, share) => (levels(form).find((level) => level.value === share) || { dataset: { label: root.dataset.wordTakenBack } }).dataset.label;

  function tap(form, share) {
    paint(form, share);
    const name = form.dataset.criterion.replace("#", " ");
    const { save: url, sheet } = root.dataset;
    add({ url, sheet, ref: form.dataset.criterion, share, note: form.elements.note.value.trim(), key: makeKey(), name, label: labelOf(form, share) });
  }
  function paint(form, share) {
    levels(form).forEach((level) => level.setAttribute("aria-pressed", String(level.value === share)));
    form.classList.toggle("is-scored", share !== "");
    const back = form.querySelector("[data-take-back]");
    if (back) back.disabled = share === "";
    square(form, share !== "");
    count();
  }
  function settle(tapped, receipt) {
    const form = formOf(tapped);
    if (!form) return;
    form.dataset.kept = tapped.share;
    const list = form.querySelector("[data-changes]");
    list.replaceChildren(...receipt.changes.map((words) => {
      const line = document.createElement("li");
      line.textContent = words;
      return line;
    }));
    form.querySelector("[data-change-count]").textContent = receipt.changes.length > 1 ? ` (${receipt.changes.length})` : "";
    const other = form.querySelector("[data-two-scorers]");
    other.textContent = receipt.two_scorers;
    other.hidden = !receipt.two_scorers;
  }

  // --- what is done, in numbers and on the map ----------------------------------------------------
  function square(form, isScored) {
    const link = root.querySelector(`.cmap-svg a[href="#${form.id}"]`);
    if (!link) return;
    const [from, to] = isScored ? ["wordToScore", "wordScored"] : ["wordScored", "wordToScore"];
    const name = link.dataset.name.replace(` · ${root.dataset[from]}`, ` · ${root.dataset[to]}`);
    link.dataset.name = name;
    link.setAttribute("aria-label", name);
    link.querySelector("title").textContent = name;
    link.querySelector(".sq").setAttribute("class", `sq sq-${isScored ? "full" : "wait"}`);
  }
  function count() {
    const done = (list) => list.filter((form) => form.classList.contains("is-scored")).length;
    const write = (name, number) => root.querySelectorAll(`[data-count="${name}"]`).forEach((place) => { place.textContent = number; });
    root.querySelectorAll("[data-unit]").forEach((unit) => write(unit.dataset.unit, done([...unit.querySelectorAll("[data-criterion]")])));
    write("all", done(forms));
    root.querySelector('[data-bar="all"]').value = done(forms);
    const numbers = root.querySelectorAll(".cmap-legend .num");
    [forms.length - done(forms), done(forms)].forEach((number, place) => { if (numbers[place]) numbers[place].textContent = number; });
    missing();
  }
  function missing() {
    const open = forms.filter((form) => !form.classList.contains("is-scored"));
    const next = root.querySelector("[data-next]");
    if (next) {
      next.hidden = open.length === 0;
      if (open.length) next.firstElementChild.href = `#${open[0].id}`;
    }
    root.querySelector("[data-missing]").hidden = open.length === 0;
    root.querySelector("[data-all-scored]").hidden = open.length > 0;
    root.querySelector("[data-missing-list]").replaceChildren(...open.flatMap((form) => {
      const link = document.createElement("a");
      link.href = `#${form.id}`;
      link.textContent = form.dataset.criterion.replace("#", " ");
      return [link, " "];
    }));
  }

  // --- taps, notes, undo ------------------------------------------------------------------------
  const bar = root.querySelector("[data-undo]");
  let last = null;
  function change(form, share) {
    const before = shareOf(form);
    if (before === share) return;
    last = { form, share: before };
    tap(form, share);
    bar.querySelector("[data-undo-words]").textContent = `${form.dataset.code}: ${labelOf(form, share)}`;
    bar.hidden = false;
  }
  root.addEventListener("click", (event) => {
    const level = event.target.closest(".level, [data-take-back]");
    if (level) { event.preventDefault(); change(level.closest("form"), level.value); return; }
    const link = event.target.closest(".cmap-svg a");
    if (link) location.hash = link.getAttribute("href");
    if (event.target.closest("[data-undo-button]")) {
      bar.hidden = true;
      tap(last.form, last.share);
      levels(last.form)[0].focus({ preventScroll: true });
    }
  });
  // A note is saved with the level; without one it waits for the tap.
  root.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-criterion]");
    if (form && event.target.name === "note" && shareOf(form)) tap(form, shareOf(form));
  });

  forms.forEach((form) => { form.dataset.kept = shareOf(form); });
  // What was tapped here and not yet acknowledged is shown as chosen.
  queue().forEach((waiting) => {
    const form = formOf(waiting);
    if (form) { paint(form, waiting.share); form.elements.note.value = waiting.note; }
  });
  tell();
  send();
}
