// The exam page: saves each answer as it is chosen, says truly what is saved, shows one question at a time.
"use strict";

const opens = document.querySelector("[data-opens]");
if (opens) {
  const wait = new Date(opens.dataset.opens) - new Date(opens.dataset.now);
  // A little after the moment, not all at the same one.
  setTimeout(() => location.reload(), Math.min(wait + 500 + Math.random() * 2500, 2 ** 31 - 1));
}

const exam = document.querySelector("[data-exam]");
if (exam) run(exam);

function run(root) {
  document.body.classList.add("scripted");
  const store = `yogyata-exam-${root.dataset.attempt}`;
  const saved = document.querySelector("[data-saved]");
  const savedWords = document.querySelector("[data-saved-words]");
  const palette = root.querySelector(".palette");
  const questions = [...root.querySelectorAll("[data-question]")];
  const state = Object.assign({ device: makeId(), seq: 0, queue: [], flags: [] }, read());
  let sending = false;
  let delay = 1000;
  let timer = null;

  function read() {
    try { return JSON.parse(localStorage.getItem(store)) || {}; } catch { return {}; }
  }
  function keep() {
    try { localStorage.setItem(store, JSON.stringify(state)); } catch { /* the page still holds the queue */ }
  }
  function makeId() {
    const bytes = new Uint8Array(12);
    crypto.getRandomValues(bytes);
    return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  }

  // --- saving -------------------------------------------------------------------------------
  function choose(number, place) {
    state.seq += 1;
    state.queue.push({ device: state.device, seq: state.seq, number, place });
    keep();
    tell();
    send();
  }
  function tell(words) {
    saved.classList.toggle("is-waiting", !words && state.queue.length > 0);
    saved.classList.toggle("is-refused", Boolean(words));
    if (words) savedWords.textContent = words;
    else if (state.queue.length) savedWords.textContent = `${saved.dataset.wordWaiting} (${state.queue.length})`;
  }
  async function send() {
    if (sending || !state.queue.length) return;
    sending = true;
    clearTimeout(timer);
    const answer = state.queue[0];
    let reply;
    try {
      reply = await fetch(root.dataset.save, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": root.dataset.token, Accept: "application/json" },
        body: JSON.stringify(answer),
        keepalive: true,
      });
    } catch { reply = null; }
    const body = reply && (await reply.json().catch(() => null));
    sending = false;
    // Only a receipt for this very answer counts as saved; any other page that answers 200 does not.
    if (reply && reply.ok && body && body.receipt && body.seq === answer.seq) {
      state.queue.shift();
      keep();
      delay = 1000;
      if (!state.queue.length) savedWords.textContent = `${saved.dataset.wordSaved}, ${body.saved_at}`;
      tell();
      send();
    } else if (reply && reply.status === 409 && body && body.error === "closed") {
      location.reload();
    } else if (reply && (reply.status === 422 || (reply.status === 409 && body))) {
      state.queue.shift();
      keep();
      tell(`${saved.dataset.wordRefused}: ${body ? body.words : ""}`);
      send();
    } else {
      tell(reply && reply.status === 401 ? saved.dataset.wordSignedOut : undefined);
      timer = setTimeout(send, delay * (0.7 + Math.random() * 0.6));
      delay = Math.min(delay * 2, 20000);
    }
  }
  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", send);
  window.addEventListener("beforeunload", (event) => { if (state.queue.length) event.preventDefault(); });

  root.addEventListener("change", (event) => {
    if (event.target.name !== "place") return;
    const form = event.target.closest("[data-question]");
    choose(Number(form.dataset.question), Number(event.target.value));
    paint();
  });
  root.querySelectorAll("form.question").forEach((form) => form.addEventListener("submit", (event) => event.preventDefault()));
  // What was chosen before this script came is sent now, unless something newer of it waits already.
  root.querySelectorAll("input[name=place]:checked").forEach((box) => {
    const number = Number(box.closest("[data-question]").dataset.question);
    if (!box.defaultChecked && !state.queue.some((answer) => answer.number === number)) choose(number, Number(box.value));
  });
  // What was chosen here and not yet acknowledged is shown as chosen.
  state.queue.forEach((answer) => {
    const box = root.querySelector(`[data-question="${answer.number}"] input[value="${answer.place}"]`);
    if (box) box.checked = true;
  });

  // --- one question at a time -----------------------------------------------------------------
  let current = null;
  function show(name, focus) {
    const target = questions.find((q) => q.dataset.question === String(name)) || questions[0];
    current = target;
    questions.forEach((q) => { q.hidden = q !== target; });
    root.querySelectorAll(".palette [data-go]").forEach((link) => {
      if (link.dataset.go === target.dataset.question) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
    history.replaceState(null, "", `#${target.id}`);
    if (target.id === "hand-in") review();
    if (focus) { target.tabIndex = -1; target.focus({ preventScroll: true }); window.scrollTo(0, 0); }
  }
  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-go]");
    if (link) { event.preventDefault(); show(link.dataset.go, true); }
    const flag = event.target.closest("[data-flag]");
    if (flag) toggleFlag();
  });
  function toggleFlag() {
    const name = current.dataset.question;
    if (name === "hand-in") return;
    state.flags = state.flags.includes(name) ? state.flags.filter((f) => f !== name) : [...state.flags, name];
    keep();
    paint();
  }
  function isAnswered(question) { return Boolean(question.querySelector("input:checked")); }
  function paint() {
    let answered = 0;
    questions.forEach((question) => {
      const name = question.dataset.question;
      if (name === "hand-in") return;
      const link = root.querySelector(`.palette [data-go="${name}"]`);
      const flagged = state.flags.includes(name);
      if (isAnswered(question)) answered += 1;
      link.classList.toggle("is-answered", isAnswered(question));
      link.classList.toggle("is-flagged", flagged);
      const told = [isAnswered(question) && palette.dataset.wordAnswered, flagged && palette.dataset.wordFlagged].filter(Boolean);
      link.querySelector("[data-state-word]").textContent = told.length ? ` (${told.join(", ")})` : "";
      question.querySelector("[data-flag]").setAttribute("aria-pressed", String(flagged));
    });
    root.querySelector("[data-answered]").textContent = answered;
  }
  function review() {
    const box = root.querySelector("[data-review]");
    const lists = root.querySelector("[data-review-lists]");
    const open = questions.filter((q) => q.dataset.question !== "hand-in" && !isAnswered(q)).map((q) => q.dataset.question);
    box.textContent = open.length ? "" : box.dataset.wordAll;
    lists.replaceChildren();
    const add = (word, names) => {
      if (!names.length) return;
      const line = document.createElement("p");
      line.className = "review-list";
      line.append(`${word} `);
      names.forEach((name) => {
        const link = document.createElement("a");
        link.href = `#q${name}`;
        link.dataset.go = name;
        link.textContent = name;
        line.append(link, " ");
      });
      lists.append(line);
    };
    add(box.dataset.wordOpen, open);
    add(box.dataset.wordFlagged, state.flags);
  }
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = questions.indexOf(current);
    const place = "123456789".indexOf(event.key) + 1 || "abcde".indexOf(event.key.toLowerCase()) + 1;
    if (event.key === "ArrowRight" && questions[at + 1] && event.target.type !== "radio") show(questions[at + 1].dataset.question, true);
    else if (event.key === "ArrowLeft" && questions[at - 1] && event.target.type !== "radio") show(questions[at - 1].dataset.question, true);
    else if (event.key.toLowerCase() === "f") toggleFlag();
    else if (place && current.dataset.question !== "hand-in") {
      const box = current.querySelectorAll("input[name=place]")[place - 1];
      if (box && !box.checked) { box.checked = true; box.dispatchEvent(new Event("change", { bubbles: true })); }
    }
  });
  // Handing in waits until everything is saved.
  root.querySelector("[data-hand-in]").addEventListener("submit", (event) => {
    if (state.queue.length) { event.preventDefault(); event.stopImmediatePropagation(); tell(); send(); }
  });

  // --- the clock ------------------------------------------------------------------------------
  const clock = document.querySelector("[data-deadline]");
  const words = document.querySelector("[data-clock]");
  const left0 = new Date(clock.dataset.deadline) - new Date(clock.dataset.now);
  const begun = performance.now();
  let told = null;
  function tick() {
    const left = left0 - (performance.now() - begun);
    if (left <= 0) {
      words.textContent = clock.dataset.wordOver;
      root.querySelectorAll("input").forEach((input) => { if (input.type === "radio") input.disabled = true; });
      // The server closes the exam; the page only asks it how it ended, once everything is sent.
      if (left < -3000 && !state.queue.length) { root.querySelector("[data-hand-in]").submit(); return; }
    } else {
      const minutes = Math.ceil(left / 60000);
      if (minutes !== told) { words.textContent = `${minutes} ${clock.dataset.wordLeft}`; told = minutes; }
      clock.classList.toggle("is-short", minutes <= 10);
    }
    setTimeout(tick, 500);
  }
  tick();
  paint();
  tell();
  show((location.hash || "#q1").replace("#q", "").replace("#", ""), false);
  send();
}
