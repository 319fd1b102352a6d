// Keeps the whole paper and the files it is drawn with on this device, so that the page comes back without a network;
// and takes them away after the end. What the worker at /exam/ gives is what is put here.

const RECORD = "/exam/kept.json";
const nameOf = (facts) => `yogyata-exam-${facts.person}-${facts.sitting}`;

// "kept" where the page comes back by itself; "online_only" where the browser has no such thing, or no room.
export async function keepHere(facts) {
  if (!facts.worker || !("serviceWorker" in navigator) || !("caches" in window)) return "online_only";
  try {
    await navigator.serviceWorker.register(facts.worker, { scope: facts.scope, updateViaCache: "none" });
    const cache = await caches.open(nameOf(facts));
    const kept = await cache.match(RECORD);
    const isSame = kept && (await kept.json()).release === facts.release;
    await Promise.all(facts.files.map(async (url) => { if (!isSame || !(await cache.match(url))) await put(cache, url, "no-cache"); }));
    // A page of another release would look for files that are taken away below.
    if (!isSame || !(await cache.match(facts.page))) await put(cache, facts.page, "no-store", String(facts.sitting));
    const record = JSON.stringify({ sitting: facts.sitting, person: facts.person, release: facts.release, until: facts.until });
    await cache.put(RECORD, new Response(record, { headers: { "Content-Type": "application/json" } }));
    await prune(cache, facts);
    return "kept";
  } catch {
    return "online_only";
  }
}

async function put(cache, url, mode, paper) {
  const reply = await fetch(url, { cache: mode });
  if (!reply.ok || reply.redirected || (paper && reply.headers.get("X-Yogyata-Paper") !== paper)) throw new Error(url);
  const headers = new Headers(reply.headers);
  ["Content-Encoding", "Content-Length"].forEach((name) => headers.delete(name));
  await cache.put(url, new Response(await reply.blob(), { headers }));
}

// Files of an earlier release go when those of this one are all there.
async function prune(cache, facts) {
  const wanted = new Set([RECORD, facts.page, ...facts.files]);
  for (const request of await cache.keys()) if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request);
}

// An exam whose page is open in a tab is not let go of from another, whoever signs in there.
const openName = (sitting) => `yogyata-exam-open-${sitting}`;
const ANSWERED = 500; // ms in which tabs that are open have answered
export function stayOpen(sitting) {
  if (navigator.locks) navigator.locks.request(openName(sitting), { mode: "shared" }, () => new Promise(() => {}));
  else if ("BroadcastChannel" in window) answer(new BroadcastChannel(openName(sitting)), Math.random());
}
export async function openTabs(sitting) {
  if (!navigator.locks) return "BroadcastChannel" in window ? ask(new BroadcastChannel(openName(sitting))) : 0;
  return (await navigator.locks.query()).held.filter(({ name }) => name === openName(sitting)).length;
}

// Where there are no locks, as at an address that begins with http, each open tab says its number when one asks.
function answer(channel, number) {
  channel.onmessage = ({ data }) => { if (data === "who") channel.postMessage(number); };
}
async function ask(channel) {
  const open = new Set();
  channel.onmessage = ({ data }) => { if (data !== "who") open.add(data); };
  channel.postMessage("who");
  await new Promise((go) => setTimeout(go, ANSWERED));
  channel.close();
  return open.size;
}
export const isOpen = async (sitting) => (await openTabs(sitting)) > 0;

export async function forget(facts) {
  if ("caches" in window) await caches.delete(nameOf(facts)).catch(() => {});
}
