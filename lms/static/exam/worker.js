// Gives the paper of a running exam when there is no network, after a crash and after a power cut. Its scope is /exam/:
// no lesson passes through it. A new version of it never takes over while an exam is kept at this device.
"use strict";

const PREFIX = "yogyata-exam-";
const RECORD = "/exam/kept.json";
const PAPER = /^\/exam\/attempts\/(\d+)$/;
const PATIENCE = 5000; // ms before the kept page is given instead of one that does not come

self.addEventListener("install", (event) => event.waitUntil(installUnlessSat()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const paper = url.pathname.match(PAPER);
  if (request.mode === "navigate" && paper) event.respondWith(givePaper(event, url.pathname, paper[1]));
  else if (request.mode !== "navigate" && url.pathname.startsWith("/static/")) event.respondWith(giveFile(event, request));
});

// Refused, the browser keeps the version that the exam was begun with, and offers the new one again later.
async function installUnlessSat() {
  if (self.registration.active && (await listKept()).some((kept) => Date.parse(kept.until) > Date.now())) throw new Error("an exam is sat");
  await self.skipWaiting();
}

async function listKept() {
  const found = [];
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX)) continue;
    const cache = await caches.open(name);
    const record = await cache.match(RECORD);
    if (record) found.push({ cache, ...(await record.json()) });
  }
  return found;
}

function inTime(promise) {
  return new Promise((resolve, reject) => {
    const alarm = setTimeout(() => reject(new Error("slow")), PATIENCE);
    promise.then(resolve, reject).finally(() => clearTimeout(alarm));
  });
}

// The site's own refusals are given as they are: of them nothing is hidden behind a copy.
const isRefusal = (reply) => [403, 404, 410].includes(reply.status);

async function givePaper(event, path, attempt) {
  const kept = (await listKept()).find((one) => String(one.sitting) === attempt);
  const copy = kept && (await kept.cache.match(path, { ignoreVary: true }));
  const asked = fetch(event.request);
  if (!copy) return asked;
  try {
    const reply = await inTime(asked);
    const mark = reply.headers.get("X-Yogyata-Paper");
    if (mark === attempt) event.waitUntil(renew(kept, path, reply.clone()));
    if (mark || isRefusal(reply)) return reply;
  } catch { /* no network, or none that answers */ }
  return told(copy);
}

// Of the same person and release; another release is kept by the page, together with its files.
async function renew(kept, path, reply) {
  const text = await reply.text();
  if (!text.includes(`data-person="${kept.person}"`) || !text.includes(`data-release="${kept.release}"`)) return;
  const headers = new Headers(reply.headers);
  ["Content-Encoding", "Content-Length"].forEach((name) => headers.delete(name));
  // Asked for last of all: after the end nothing is put back.
  if (await kept.cache.match(RECORD)) await kept.cache.put(path, new Response(text, { headers }));
}

// The page knows itself as a copy: what time it is has to come from elsewhere.
async function told(copy) {
  const text = (await copy.text()).replace('data-copy="no"', 'data-copy="yes"');
  return new Response(text, { headers: copy.headers });
}

// A paper is drawn with the files it was kept with; all other pages with those of the site.
async function giveFile(event, request) {
  const page = event.clientId && (await self.clients.get(event.clientId));
  if (!page || !PAPER.test(new URL(page.url).pathname)) return fetch(request);
  for (const kept of await listKept()) {
    const copy = await kept.cache.match(request, { ignoreVary: true });
    if (copy) return copy;
  }
  return fetch(request);
}
