// Reading lessons: marks of what is read that wait for the network, the place where one stopped, and lists to tick.
// Without it every page works; only what needs a device's own memory is not there.
"use strict";

(function lessons() {
  const root = document.documentElement;
  const person = root.dataset.person;
  const article = document.querySelector("[data-lesson]");
  const line = document.querySelector("[data-waiting]");
  const PATIENCE = 15000;
  const AGAIN = 20000;
  if (!person) return;

  const read = (name, otherwise) => {
    try { return JSON.parse(localStorage.getItem(`yogyata-${name}`)) ?? otherwise; } catch { return otherwise; }
  };
  const write = (name, value) => {
    try { localStorage.setItem(`yogyata-${name}`, JSON.stringify(value)); return true; } catch { return false; }
  };
  const fill = (words, facts) => words.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

  // --- marks of what is read: kept here until the server has them --------------------------------
  const QUEUE = `reads-${person}`;
  let held = [];
  let sending = false;
  let timer = null;
  const queue = () => read(QUEUE, held);
  const hold = (marks) => { held = marks; write(QUEUE, marks); };

  const end = (number) => article && article.querySelector(`[data-section-end="${number}"]`);
  function look(number, name) {
    const box = end(number);
    if (!box) return;
    box.querySelectorAll("[data-look]").forEach((word) => { word.hidden = word.dataset.look !== name; });
    const form = box.querySelector("form");
    if (!form) return;
    form.hidden = name !== "";
    if (name === "") { delete form.dataset.sent; form.querySelector("button").disabled = false; }
  }
  const isRead = (number) => { const word = end(number) && end(number).querySelector("[data-look=read]"); return Boolean(word && !word.hidden); };
  const isDone = (number) => { const form = end(number) && end(number).querySelector("form"); return !form || form.hidden; };
  const numbers = () => [...article.querySelectorAll("[data-section-end]")].map((box) => Number(box.dataset.sectionEnd));

  function paint() {
    const marks = queue();
    if (line) {
      line.hidden = !marks.length;
      line.textContent = fill(line.dataset.wordWaiting, { count: marks.length });
    }
    if (!article) return;
    marks.forEach((mark) => { if (mark.lesson === article.dataset.lesson && !isRead(mark.section)) look(mark.section, "waiting"); });
    const done = numbers().filter(isRead);
    document.querySelectorAll("[data-entry]").forEach((entry) => {
      const ticked = done.includes(Number(entry.dataset.entry));
      entry.classList.toggle("is-read", ticked);
      entry.querySelector("[data-read-mark]").hidden = !ticked;
    });
    const bar = document.querySelector("[data-read-bar]");
    if (bar && done.length) {
      const words = fill(bar.dataset.wordRead, { read: done.length });
      bar.hidden = false;
      bar.querySelector("progress").value = done.length;
      bar.querySelector("progress").setAttribute("aria-label", words);
      bar.querySelector(".num").textContent = words;
    }
    const left = numbers().filter((number) => !isDone(number));
    const count = document.querySelector("[data-unread-count]");
    if (count && left.length) {
      count.textContent = fill(count.dataset.wordUnread, { count: left.length });
      document.querySelector("[data-unread-title]").textContent = titleOf(left[0]);
      document.querySelector("[data-unread-link]").hash = `section-${left[0]}`;
    }
    left.forEach((number) => {
      const button = end(number).querySelector("button");
      button.classList.toggle("btn-primary", number === left[0]);
      button.classList.toggle("btn-quiet", number !== left[0]);
    });
  }

  async function post(mark) {
    const token = document.querySelector("input[name=csrf_token]");
    const stop = new AbortController();
    const alarm = setTimeout(() => stop.abort(), PATIENCE);
    try {
      return await fetch(mark.url, {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": token ? token.value : "" },
        signal: stop.signal,
      });
    } catch { return null; } finally { clearTimeout(alarm); }
  }

  async function send() {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    while (queue().length && (await sendOne(queue()[0])));
    sending = false;
    // The whole lesson is read: the server's page says what comes next.
    if (article && document.querySelector("[data-unread-count]") && numbers().length && numbers().every(isRead)) {
      location.hash = "end";
      location.reload();
    }
  }
  // Whether the server has answered for this mark; without a network, or signed out, it stays here for the next time.
  async function sendOne(mark) {
    const reply = await post(mark);
    const body = reply && (await reply.json().catch(() => null));
    const isHere = article && mark.lesson === article.dataset.lesson;
    if (reply && reply.ok && body && body.read === mark.section) {
      remove(mark);
      if (isHere) look(mark.section, "read");
    } else if (reply && body && [403, 404, 409].includes(reply.status)) {
      remove(mark);
      // The section has changed or is not there any more: it is to be read again.
      if (isHere) { look(mark.section, ""); refuse(mark.section, body.words); }
    } else {
      paint();
      if (reply && reply.status === 401 && line) line.textContent += ` ${line.dataset.wordSignedOut}`;
      timer = setTimeout(send, AGAIN);
      return false;
    }
    paint();
    return true;
  }
  const remove = (sent) => hold(queue().filter((mark) => mark.url !== sent.url));
  function refuse(number, words) {
    const told = document.createElement("p");
    told.className = "fault";
    told.setAttribute("role", "alert");
    told.textContent = words;
    end(number).append(told);
  }

  document.addEventListener("submit", (event) => {
    const box = event.target.closest("[data-section-end]");
    if (!box || !article) return;
    event.preventDefault();
    const section = Number(box.dataset.sectionEnd);
    const mark = { url: event.target.getAttribute("action"), lesson: article.dataset.lesson, section };
    hold([...queue().filter((other) => other.url !== mark.url), mark]);
    look(section, "waiting");
    paint();
    send();
    const next = document.getElementById(`section-${section + 1}`) || document.getElementById("end");
    history.replaceState(null, "", `#${next.id}`);
    next.scrollIntoView();
  });
  window.addEventListener("online", send);

  // --- where one stopped -------------------------------------------------------------------------
  const titleOf = (number) => document.getElementById(`title-${number}`).textContent;
  const lineOfReading = () => parseFloat(getComputedStyle(root).scrollPaddingTop) || 0;

  function follow() {
    const store = `place-${person}-${article.dataset.lesson}`;
    const sections = [...article.querySelectorAll(".lesson-section")];
    const place = read(store, null);
    const known = place && sections[place.section - 1] ? place : null;
    offer(known);
    let later = null;
    const note = () => {
      clearTimeout(later);
      later = null;
      const at = lineOfReading() + 1;
      const found = sections.findLast((section) => section.getBoundingClientRect().top <= at);
      if (!found) return;
      const box = found.getBoundingClientRect();
      const share = Math.min((at - box.top) / box.height, 1);
      write(store, { section: sections.indexOf(found) + 1, share, at: new Date().toISOString() });
    };
    window.addEventListener("scroll", () => { later = later || setTimeout(note, 400); }, { passive: true });
    window.addEventListener("pagehide", () => { if (later) note(); });
    if (known && location.hash === `#section-${known.section}`) goTo(known);
  }
  function offer(place) {
    const box = article.querySelector("[data-go-on]");
    // What was read later on another device is known to the server, and its button leads there.
    const isOlder = place && box.dataset.lastRead && new Date(box.dataset.lastRead) > new Date(place.at);
    const isTop = place && place.section === 1 && place.share < 0.1;
    if (!place || isOlder || isTop || (numbers().length && isRead(place.section) && !box.hidden)) return;
    const link = box.querySelector("a");
    link.hash = `section-${place.section}`;
    link.textContent = fill(box.dataset.wordGoOn, { section: titleOf(place.section) });
    link.addEventListener("click", (event) => {
      event.preventDefault();
      history.replaceState(null, "", link.hash);
      goTo(place);
    });
    box.hidden = false;
  }
  function goTo(place) {
    const section = document.getElementById(`section-${place.section}`);
    const box = section.getBoundingClientRect();
    window.scrollTo(0, window.scrollY + box.top + place.share * box.height - lineOfReading());
    const title = section.querySelector("h2");
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  }

  // --- lists to tick -----------------------------------------------------------------------------
  function keepTicks() {
    const store = `ticks-${person}-${article.dataset.version}`;
    const boxes = [...article.querySelectorAll(".tick input")];
    const ticked = read(store, []);
    boxes.forEach((box, number) => { box.checked = ticked.includes(number); });
    article.addEventListener("change", (event) => {
      if (boxes.includes(event.target)) write(store, boxes.flatMap((box, number) => (box.checked ? [number] : [])));
    });
  }

  paint();
  if (article) { keepTicks(); follow(); }
  send();
})();
