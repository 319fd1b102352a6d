// The browser's own database of exams: one store for what is known of each sitting, one for each thing a candidate did.
// Every write asks the browser to have it on the disk before it says so. A browser whose storage is broken may never
// answer at all: what takes too long has failed, so that the exam goes on without it.

const NAME = "yogyata-exam";
export const SITTINGS = "sittings";
export const EVENTS = "events";
const PATIENCE = 4000; // ms
const WOKEN = 1000; // ms more: a device that slept hears of its alarm before it hears of its disk

const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

function inTime(promise, giveUp) {
  return new Promise((resolve, reject) => {
    const late = () => { giveUp(); reject(new Error("slow")); };
    let alarm = setTimeout(() => { alarm = setTimeout(late, WOKEN); }, PATIENCE);
    promise.then(resolve, reject).finally(() => clearTimeout(alarm));
  });
}

export async function openDatabase(onLost = () => {}) {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(SITTINGS, { keyPath: "sitting" });
    opening.result.createObjectStore(EVENTS, { keyPath: ["sitting", "seq"] });
  };
  const database = await inTime(asked(opening), () => { opening.onsuccess = () => opening.result.close(); });
  database.onversionchange = () => { database.close(); onLost(); };
  database.onclose = onLost; // the browser took the storage away
  return database;
}

// Runs `work(sittings, events)` in one transaction and waits until it is on the disk. `work` returns a promise of
// requests of this transaction only.
export function write(database, work) {
  return transact(database, "readwrite", { durability: "strict" }, work);
}

export function read(database, work) {
  return transact(database, "readonly", {}, work);
}

async function transact(database, mode, options, work) {
  const transaction = database.transaction([SITTINGS, EVENTS], mode, options);
  const stop = () => { try { transaction.abort(); } catch { /* it is over already */ } };
  return inTime(new Promise((resolve, reject) => {
    let result;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(transaction.error || new Error("aborted"));
    work(transaction.objectStore(SITTINGS), transaction.objectStore(EVENTS)).then(
      (value) => { result = value; },
      (fault) => { reject(fault); stop(); },
    );
  }), stop);
}

export const get = (store, key) => asked(store.get(key));
export const put = (store, value) => asked(store.put(value));
export const remove = (store, key) => asked(store.delete(key));
export const all = (store) => asked(store.getAll());
export const ofSitting = (sitting) => IDBKeyRange.bound([sitting, 0], [sitting, Infinity]);
export const allOf = (events, sitting) => asked(events.getAll(ofSitting(sitting)));
