// The browser's own database of exams: one store for what is known of each sitting, one for each thing a candidate did.
// Every write asks the browser to have it on the disk before it says so.

const NAME = "yogyata-exam";
export const SITTINGS = "sittings";
export const EVENTS = "events";

const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

export async function openDatabase(onLost = () => {}) {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(SITTINGS, { keyPath: "sitting" });
    opening.result.createObjectStore(EVENTS, { keyPath: ["sitting", "seq"] });
  };
  const database = await asked(opening);
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

function transact(database, mode, options, work) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction([SITTINGS, EVENTS], mode, options);
    let result;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(transaction.error || new Error("aborted"));
    work(transaction.objectStore(SITTINGS), transaction.objectStore(EVENTS)).then(
      (value) => { result = value; },
      (fault) => { reject(fault); try { transaction.abort(); } catch { /* it is over already */ } },
    );
  });
}

export const get = (store, key) => asked(store.get(key));
export const put = (store, value) => asked(store.put(value));
export const remove = (store, key) => asked(store.delete(key));
export const all = (store) => asked(store.getAll());
export const ofSitting = (sitting) => IDBKeyRange.bound([sitting, 0], [sitting, Infinity]);
export const allOf = (events, sitting) => asked(events.getAll(ofSitting(sitting)));
