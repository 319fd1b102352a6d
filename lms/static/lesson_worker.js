// Gives home and the pages of lessons that this device keeps when there is no network. No exam, no practice, nothing else
// passes through it: it answers for those pages and their files alone, and leaves every other request to the browser. It
// keeps nothing of its own accord: pages are kept by the button on a pack's page, for one person and one release of the
// site, and only what is kept already is brought up to date here.
"use strict";

const PREFIX = "yogyata-lessons-";
const PATIENCE = 6000; // ms before a kept page is given instead of one that does not come
const PAGE = /^\/(learn(\/\d+|\/kept)?)?$/;
const APART = /<!--not kept-->[^]*?<!--kept-->/g;
const LIST = "/learn/kept";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && PAGE.test(url.pathname)) event.respondWith(givePage(event, url));
  else if (request.mode !== "navigate" && url.pathname.startsWith("/static/") && isOurs(request.referrer)) event.respondWith(giveFile(request));
});

// Asked for by one of the pages that may be kept, or by a style of theirs.
function isOurs(referrer) {
  const { pathname } = new URL(referrer || "about:blank");
  return PAGE.test(pathname) || pathname.endsWith(".css");
}

// The whole one: while a new release is being kept, the old one is still there.
async function findKept() {
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX)) continue;
    const cache = await caches.open(name);
    if (await cache.match("/learn/kept.json")) {
      const [person, release] = name.slice(PREFIX.length).split("-");
      return { cache, person, release };
    }
  }
  return null;
}

function inTime(promise) {
  return new Promise((resolve, reject) => {
    const alarm = setTimeout(() => reject(new Error("slow")), PATIENCE);
    promise.then(resolve, reject).finally(() => clearTimeout(alarm));
  });
}

// A page without a language in its address is the one that was kept, in whatever language.
const findCopy = (kept, url) => kept.cache.match(url.href, { ignoreVary: true, ignoreSearch: !url.search });

async function givePage(event, url) {
  const kept = await findKept();
  if (!kept) return fetch(event.request);
  const copy = await findCopy(kept, url);
  try {
    const asked = fetch(event.request);
    const reply = await (copy ? inTime(asked) : asked);
    if (reply.status < 500 || !copy) {
      if (reply.ok) event.waitUntil(refresh(kept, url, reply.clone()));
      return reply;
    }
  } catch (fault) {
    if (!copy && !(await kept.cache.match(LIST))) throw fault;
  }
  return told(copy || (await kept.cache.match(LIST)));
}

// The page says itself that it is a copy, and of when.
async function told(copy) {
  const from = new Date(copy.headers.get("Date") || NaN);
  const at = isNaN(from) ? "" : ` data-kept-at="${from.toISOString()}"`;
  const text = (await copy.text()).replace("data-kept-line hidden", `data-kept-line${at}`);
  return new Response(text, { headers: copy.headers });
}

// Of this very person, made by this very release, and kept already: then the newer one takes its place.
async function refresh(kept, url, reply) {
  const text = await reply.text();
  const language = /data-release="[0-9a-f]*"|data-language="([a-z]*)"/g;
  const found = [...text.matchAll(language)].map((match) => match[1]).find(Boolean);
  const address = found && !url.search ? `${url.pathname}?language=${found}` : url.pathname + url.search;
  const isMine = text.includes(`data-person="${kept.person}"`) && text.includes(`data-release="${kept.release}"`);
  // Asked for last of all: after signing out nothing is put back.
  if (isMine && (await kept.cache.match(address, { ignoreVary: true })) && (await findKept())) {
    const headers = new Headers(reply.headers);
    ["Content-Encoding", "Content-Length"].forEach((name) => headers.delete(name));
    await kept.cache.put(address, new Response(text.replace(APART, ""), { headers }));
  }
}

async function giveFile(request) {
  const kept = await findKept();
  const copy = kept && (await kept.cache.match(request, { ignoreVary: true }));
  if (!copy) return fetch(request);
  try {
    return await inTime(fetch(request));
  } catch {
    return copy;
  }
}
