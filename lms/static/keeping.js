// Keeping home and the lessons of a pack on this device, to be read without a network: for this person, until they sign out.
// The pages and their files go into a cache; the worker gives them when the network is away.
"use strict";

(function keeping() {
  const root = document.documentElement;
  const person = root.dataset.person;
  const keep = document.querySelector("[data-keep]");
  const release = (document.querySelector("[data-release]") || root).dataset.release;
  const PREFIX = "yogyata-lessons-";
  const RECORD = "/learn/kept.json";
  const APART = /<!--not kept-->[^]*?<!--kept-->/g;
  const WAS = "/learn"; // the scope of the worker before home was kept
  if (!person) return;

  const fill = (words, facts) => words.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  const nameOf = () => `${PREFIX}${person}-${release}`;
  async function findKept() {
    if (!("caches" in window)) return null;
    for (const name of await caches.keys()) {
      if (!name.startsWith(`${PREFIX}${person}-`)) continue;
      const record = await (await caches.open(name)).match(RECORD);
      if (record) return { name, packs: (await record.json()).packs };
    }
    return null;
  }
  // Besides them there are home, the pack's own page and the list of what is kept.
  const lessonsOf = (pages) => pages.filter((page) => /^\/learn\/\d/.test(page.url));
  function sizeOf(bytes) {
    const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
    return new Intl.NumberFormat(root.lang, { style: "unit", unit, maximumFractionDigits: unit === "kilobyte" ? 0 : 1 }).format(value);
  }
  function ageOf(moment) {
    const seconds = (Date.now() - new Date(moment)) / 1000;
    const [unit, length] = [["day", 86400], ["hour", 3600], ["minute", 60]].find(([, long]) => seconds >= long) || ["second", Infinity];
    return new Intl.RelativeTimeFormat(root.lang, { numeric: "auto" }).format(-Math.floor(Math.max(seconds, 0) / length), unit);
  }

  // Fetches what is not kept as it is now; a new release is kept whole beside the old one, which goes when all is there.
  async function keepAll(pages, files, tell) {
    const before = await findKept();
    const cache = await caches.open(nameOf());
    const isSame = before && before.name === nameOf();
    const old = before && before.packs[keep.dataset.keep];
    const marks = new Map(isSame && old ? old.pages.map((page) => [page.url, page]) : []);
    const entries = [...files.map((url) => ({ url })), ...pages];
    let bytes = 0;
    let done = 0;
    for (const entry of entries) {
      const known = marks.get(entry.url);
      if (known && known.mark === entry.mark && (await cache.match(entry.url))) entry.bytes = known.bytes;
      else entry.bytes = await keepOne(cache, entry.url, entry.mark !== undefined);
      bytes += entry.bytes;
      if (entry.mark !== undefined) tell((done += 1), bytes);
    }
    const packs = before ? { ...before.packs } : {};
    // Of another pack nothing is there yet in a new release: it is kept again when its page is opened.
    if (!isSame) Object.keys(packs).forEach((pack) => { if (pack !== keep.dataset.keep) delete packs[pack]; });
    packs[keep.dataset.keep] = { title: keep.dataset.title, at: new Date().toISOString(), bytes, pages };
    await cache.put(RECORD, new Response(JSON.stringify({ packs }), { headers: { "Content-Type": "application/json" } }));
    if (before && !isSame) await caches.delete(before.name);
    await prune(cache, packs, files);
  }
  async function keepOne(cache, url, isPage) {
    const reply = await fetch(url, { cache: isPage ? "no-store" : "no-cache" });
    if (!reply.ok || reply.redirected) throw new Error(url);
    const given = await reply.blob();
    // A page of somebody who signed in meanwhile is not kept for this one.
    if (isPage && !(await given.text()).includes(`data-person="${person}"`)) throw new Error(url);
    const body = isPage ? new Blob([(await given.text()).replace(APART, "")]) : given;
    await cache.put(url, new Response(body, { headers: unpacked(reply.headers) }));
    return body.size;
  }
  function unpacked(given) {
    const headers = new Headers(given);
    ["Content-Encoding", "Content-Length"].forEach((name) => headers.delete(name));
    return headers;
  }
  async function prune(cache, packs, files) {
    const wanted = new Set([RECORD, ...files, ...Object.values(packs).flatMap((pack) => pack.pages.map((page) => page.url))]);
    for (const request of await cache.keys()) {
      const url = new URL(request.url);
      if (!wanted.has(url.pathname + url.search)) await cache.delete(request);
    }
  }

  async function offerKeeping() {
    const words = keep.querySelector("[data-keep-words]");
    const bar = keep.querySelector("[data-keep-bar]");
    const [start, drop, list] = ["start", "drop", "list"].map((name) => keep.querySelector(`[data-keep-${name}]`));
    const pages = JSON.parse(keep.dataset.pages);
    const files = JSON.parse(keep.dataset.files);
    const lessonCount = lessonsOf(pages).length;
    keep.hidden = lessonCount < 1;
    if (!("caches" in window) || !("serviceWorker" in navigator)) { words.textContent = keep.dataset.wordInsecure; return; }

    async function show() {
      const kept = await findKept();
      const pack = kept && kept.packs[keep.dataset.keep];
      start.hidden = Boolean(pack);
      drop.hidden = list.hidden = !pack;
      bar.hidden = true;
      const facts = pack ? { all: lessonsOf(pack.pages).length, size: sizeOf(pack.bytes), when: ageOf(pack.at) } : { all: lessonCount };
      words.textContent = fill(pack ? keep.dataset.wordKept : keep.dataset.wordNone, facts);
      const isOld = pack && (kept.name !== nameOf() || JSON.stringify(pack.pages.map((page) => [page.url, page.mark])) !== JSON.stringify(pages.map((page) => [page.url, page.mark])));
      return isOld;
    }
    async function work(isAsked) {
      start.disabled = true;
      bar.hidden = !isAsked;
      bar.max = pages.length;
      try {
        await navigator.serviceWorker.register(keep.dataset.worker, { scope: keep.dataset.scope, updateViaCache: "none" });
        await navigator.serviceWorker.ready;
        const old = await navigator.serviceWorker.getRegistration(WAS);
        if (old && new URL(old.scope).pathname === WAS) await old.unregister();
        await keepAll(pages, files, (done, bytes) => {
          bar.value = done;
          if (isAsked) words.textContent = fill(keep.dataset.wordProgress, { done, all: pages.length, size: sizeOf(bytes) });
        });
        await show();
      } catch (fault) {
        if (isAsked) words.textContent = fault && fault.name === "QuotaExceededError" ? keep.dataset.wordFull : keep.dataset.wordBroken;
      }
      start.disabled = false;
    }
    start.addEventListener("click", () => work(true));
    drop.addEventListener("click", async () => {
      for (const name of await caches.keys()) if (name.startsWith(PREFIX)) await caches.delete(name);
      await show();
      start.focus();
    });
    // What is kept and has changed since is fetched again without asking.
    if ((await show()) && !isCopy()) await work(false);
  }
  const told = document.querySelector("[data-kept-line]");
  const isCopy = () => Boolean(told && !told.hidden);

  async function tellKept() {
    const age = document.querySelector("[data-kept-age]");
    const kept = await findKept();
    const packs = kept ? Object.values(kept.packs) : [];
    const at = told && told.dataset.keptAt && !document.querySelector("[data-kept-page]") ? told.dataset.keptAt : packs.map((pack) => pack.at).sort()[0];
    if (age && at) age.textContent = fill(age.dataset.wordAge, { when: ageOf(at) });
    document.querySelectorAll("[data-kept-only]").forEach((part) => { part.hidden = !isCopy(); });
    const list = document.querySelector("[data-kept-list]");
    if (!list) return;
    document.querySelector("[data-kept-none]").hidden = packs.length > 0;
    packs.forEach((pack) => {
      const title = document.createElement("h2");
      title.textContent = pack.title;
      const lines = document.createElement("ul");
      lines.className = "plain-list";
      lessonsOf(pack.pages).forEach((page) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = page.url;
        link.lang = page.language;
        link.textContent = page.title;
        item.append(link);
        lines.append(item);
      });
      list.append(title, lines);
    });
  }

  if (keep) offerKeeping();
  tellKept();
})();
