// What this device can do for an exam. Each test resolves to [word, advice, facts]: keys of the page's words.

const DATABASE = "yogyata-exam-test";
const PATIENCE = 8000; // ms until something that does not answer counts as failed
const ROUNDS = 3;
const SLOW = 3000; // ms
const CLOCK_OFF = 2 * 60 * 1000; // ms
const ROOM = 20; // MB

const inTime = (promise) => Promise.race([promise, new Promise((_, reject) => { setTimeout(reject, PATIENCE, new Error("slow")); })]);
const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function openDatabase() {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("answers");
  return asked(opening);
}

// Written to the disk, closed, opened again, and read: so it is after a crash.
async function keepAndRead() {
  const mark = `${Date.now()}-${Math.random()}`;
  const first = await openDatabase();
  await new Promise((resolve, reject) => {
    const writing = first.transaction("answers", "readwrite", { durability: "strict" });
    writing.objectStore("answers").put(mark, 1);
    writing.oncomplete = resolve;
    writing.onabort = () => reject(writing.error);
  });
  first.close();
  const second = await openDatabase();
  const found = await asked(second.transaction("answers").objectStore("answers").get(1));
  second.close();
  await asked(indexedDB.deleteDatabase(DATABASE));
  if (found !== mark) throw new Error("lost");
}

export async function testStorage() {
  try { await inTime(keepAndRead()); return ["works", "storage_works"]; } catch { return ["look", "storage_fails"]; }
}

// Sends what an answer would send; the server keeps of it that this device is here.
export const sayHere = (url, token, round = 1) => inTime(fetch(url, {
  method: "POST",
  headers: { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" },
  body: JSON.stringify({ device: "test", seq: round, number: 1, place: 1 }),
}));

// The fastest of some says best how far the clocks are apart.
export async function testSaving(url, token) {
  const rounds = [];
  try {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const begun = performance.now();
      const reply = await sayHere(url, token, round);
      const { server_now: server } = await reply.json();
      const took = performance.now() - begun;
      rounds.push({ took, server: Date.parse(server) + took / 2, here: Date.now(), at: performance.now() });
      if (!Number.isFinite(rounds.at(-1).server)) throw new Error("not the exam's reply");
    }
  } catch { return { saving: ["look", "saving_fails"], clock: ["unknown", ""] }; }
  const best = rounds.reduce((one, other) => (other.took < one.took ? other : one));
  const worst = Math.max(...rounds.map(({ took }) => took));
  const seconds = (Math.max(worst, 50) / 1000).toFixed(1);
  const off = best.here - best.server;
  const minutes = Math.round(Math.abs(off) / 60000);
  return {
    server: best,
    saving: worst < SLOW ? ["works", "saving_works", { seconds }] : ["slow", "saving_slow", { seconds }],
    clock: Math.abs(off) < CLOCK_OFF ? ["works", "clock_works"] : ["look", "clock_fails", { minutes }],
  };
}

// Only installing one tells: a certificate that was clicked away is enough for everything else, and not for this.
export async function testOffline(probe) {
  if (!window.isSecureContext) return ["online_only", "offline_insecure"];
  try {
    const worker = await inTime(navigator.serviceWorker.register(probe));
    await worker.unregister();
    const name = `${DATABASE}-pages`;
    const cache = await caches.open(name);
    await cache.put(probe, new Response("kept"));
    const kept = await cache.match(probe);
    await caches.delete(name);
    return kept ? ["works", "offline_works"] : ["online_only", "offline_fails"];
  } catch { return ["online_only", "offline_fails"]; }
}

export async function testSpace() {
  try {
    const { quota, usage } = await inTime(navigator.storage.estimate());
    const megabytes = Math.floor((quota - usage) / 1e6);
    return megabytes >= ROOM ? ["works", "space_works"] : ["look", "space_fails", { megabytes }];
  } catch { return ["unknown", "space_unknown"]; }
}
