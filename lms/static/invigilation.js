// The list of an exam room, fresh without a reload. Rows stay where they are; only what they say changes.
"use strict";

const seats = document.querySelector("[data-seats]");
if (seats) watch(seats);

function watch(table) {
  const EVERY = 5000;
  const PATIENCE = 10000;
  const CELLS = ["state", "look", "heard", "heardLook", "saved", "waiting", "left", "extra", "told", "troubles"];
  const rows = new Map([...table.querySelectorAll("[data-seat]")].map((row) => [row.dataset.seat, row]));
  const panel = document.querySelector("[data-troubles]");
  const fresh = document.querySelector("[data-fresh]");
  const none = document.querySelector("[data-none]");
  const words = { at: fresh.dataset.wordAt, lost: fresh.dataset.wordLost };
  const alarm = document.querySelector("[data-alarm]"); // in the bar, for who is far down in the list
  const spoken = document.querySelector("[data-spoken]");
  const title = document.title;
  let known = new Set([...panel.querySelectorAll("[data-trouble]")].map((item) => item.dataset.trouble));
  let etag = "";
  let seen = "";
  const time = () => new Date().toLocaleTimeString("en-GB");
  let last = time();

  function put(row, line) {
    for (const name of ["state", "heard", "saved", "waiting", "left", "extra", "told"]) {
      const cell = row.querySelector(`[data-cell="${name}"]`);
      if (cell.textContent !== line[name]) cell.textContent = line[name];
    }
    row.querySelector('[data-cell="state"]').className = `state state-${line.look}`;
    row.querySelector('[data-cell="heard"]').className = `heard-${line.heardLook}`;
    row.classList.toggle("is-troubled", line.troubles.length > 0);
  }
  function trouble(id, lines) {
    const item = document.createElement("li");
    item.dataset.trouble = id;
    const link = rows.get(id).querySelector(".seat-name a").cloneNode(true);
    const number = document.createElement("span");
    const said = document.createElement("strong");
    number.className = "quiet";
    number.textContent = rows.get(id).querySelector(".seat-number").textContent;
    said.textContent = lines.get(id).troubles.join(" · ");
    item.append(link, " ", number, " ", said);
    return item;
  }
  // Who needs somebody now and did not before is spoken; the tab says how many there are to who works in another one.
  function call(items, lines) {
    const news = items.filter((id) => !known.has(id));
    known = new Set(items);
    if (news.length) spoken.textContent = news.map((id) => `${rows.get(id).querySelector(".seat-name a").textContent}: ${lines.get(id).troubles.join(", ")}`).join(". ");
    document.title = items.length ? `(${items.length}) ${title}` : title;
  }
  function show(body) {
    const lines = new Map(Object.entries(body.lines).map(([id, cells]) => [id, Object.fromEntries(cells.map((cell, place) => [CELLS[place], cell]))]));
    if ([...lines.keys()].some((id) => !rows.has(id))) { location.reload(); return; }
    const shown = new Set(body.shown.map(String));
    for (const [id, row] of rows) {
      if (lines.has(id)) put(row, lines.get(id));
      // A row that somebody is in, or has ticked, stays in sight.
      const held = row.contains(document.activeElement) || row.querySelector("input:checked");
      row.hidden = !shown.has(id) && !held;
    }
    none.hidden = shown.size > 0;
    const items = body.troubled.map(String);
    panel.classList.toggle("is-calm", items.length === 0);
    document.querySelectorAll("[data-troubled]").forEach((count) => { count.textContent = items.length; });
    if (alarm) alarm.hidden = items.length === 0;
    call(items, lines);
    const list = panel.querySelector("ul");
    if (!list.contains(document.activeElement)) list.replaceChildren(...items.map((id) => trouble(id, lines)));
    document.querySelectorAll("[data-count]").forEach((count) => {
      const number = body.counts[count.dataset.count] || 0;
      count.hidden = !number;
      count.querySelector("dd").textContent = number;
    });
  }
  function tell(isFresh) {
    if (isFresh) last = time();
    fresh.textContent = (isFresh ? words.at : words.lost).replace("{time}", last);
    fresh.classList.toggle("is-old", !isFresh);
  }
  async function look() {
    const stop = new AbortController();
    const alarm = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const headers = { Accept: "application/json", ...(etag && { "If-None-Match": etag }) };
      const reply = await fetch(table.dataset.seats, { headers, cache: "no-store", signal: stop.signal, redirect: "error" });
      if (reply.status === 200) {
        const text = await reply.text();
        if (text !== seen) show(JSON.parse(text));
        seen = text;
        etag = reply.headers.get("ETag") || "";
      } else if (reply.status !== 304) throw new Error(String(reply.status));
      tell(true);
    } catch { tell(false); }
    clearTimeout(alarm);
    setTimeout(look, document.hidden ? EVERY * 6 : EVERY);
  }
  if (known.size) document.title = `(${known.size}) ${title}`;
  setTimeout(look, EVERY);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) fresh.textContent = words.at.replace("{time}", last); });

  // How many are ticked; arrows go up and down the ticks; ticking with Shift ticks all between.
  const ticks = [...table.querySelectorAll("input[name=c]")];
  const option = document.querySelector("#whom option[data-word]");
  const count = () => { if (option) option.textContent = option.dataset.word.replace("{number}", ticks.filter((tick) => tick.checked).length); };
  let before = null;
  table.addEventListener("click", (event) => {
    if (event.target.name !== "c") return;
    if (event.shiftKey && before) {
      const [from, to] = [ticks.indexOf(before), ticks.indexOf(event.target)].sort((a, b) => a - b);
      ticks.slice(from, to + 1).forEach((tick) => { if (!tick.closest("tr").hidden) tick.checked = event.target.checked; });
    }
    before = event.target;
    count();
  });
  table.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.target.name !== "c") return;
    event.preventDefault();
    const open = ticks.filter((tick) => !tick.closest("tr").hidden);
    const next = open[open.indexOf(event.target) + step];
    if (next) next.focus();
  });
  count();
}
