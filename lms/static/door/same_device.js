// Lets the door know this device again after a crash. The browser writes cookies to the disk half a minute late; what is
// put here is on the disk before it is sent.

const NAME = "yogyata-door";
const STORE = "device";
const BYTES = 24;

const fields = document.querySelectorAll("input[data-same-device]");
if (fields.length) know().then((secret) => fields.forEach((field) => { field.value = secret; }), () => {}); // else the cookie alone tells

async function know() {
  const database = await opened();
  try { return await kept(database); } finally { database.close(); }
}

function opened() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

// One transaction reads and writes: two pages at once come to the same secret.
function kept(database) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
    const store = transaction.objectStore(STORE);
    let secret;
    const asked = store.get(NAME);
    asked.onsuccess = () => {
      secret = asked.result || made();
      store.put(secret, NAME);
    };
    transaction.oncomplete = () => resolve(secret);
    transaction.onabort = () => reject(transaction.error);
  });
}

const made = () => [...crypto.getRandomValues(new Uint8Array(BYTES))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
