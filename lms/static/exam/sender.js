// Sends what waits, oldest first, one request at a time for a sitting however many tabs are open, and again until it is
// acknowledged: on a timer, when the network seems back, when the page is looked at, and at the start.

const MOST = 100; // events in a request
const SHORTEST = 1000; // ms to the second try
const LONGEST = 20000;
const LEASE = 25000; // longer than a request may hang

export class Sender {
  constructor({ outbox, send, url, body, hear }) {
    Object.assign(this, { outbox, send, url, body, hear });
    this.most = MOST;
    this.delay = SHORTEST;
    this.timer = null;
    this.isBusy = false;
    window.addEventListener("online", () => this.soon(Math.random() * 1500)); // a room comes back at the same moment
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.soon(0); });
  }

  soon(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), wait);
  }

  async run() {
    if (this.isBusy) return;
    this.isBusy = true;
    clearTimeout(this.timer);
    let isAlone = false;
    try {
      isAlone = await alone(`yogyata-exam-${this.outbox.sitting}`, () => this.sendAll());
    } finally {
      this.isBusy = false;
    }
    if (this.outbox.waiting.length) this.later(isAlone);
  }

  later(wasMine) {
    this.soon(this.delay * (0.5 + Math.random()));
    if (wasMine) this.delay = Math.min(this.delay * 2, LONGEST);
  }

  async sendAll() {
    await this.outbox.reload(); // another tab may have sent some of it
    for (let batch = this.outbox.batch(this.most); batch.length; batch = this.outbox.batch(this.most)) {
      const verdict = await this.send(this.url, this.body(batch), batch);
      if (verdict.kind === "refused" && verdict.status === 422) {
        // Something in it cannot be read. Found alone it waits aside, unsaved and counted as such; the others go on.
        if (batch.length === 1) this.outbox.aside.add(batch[0].seq);
        this.most = Math.max(1, Math.floor(batch.length / 2));
        continue;
      }
      if (verdict.kind === "ours") await this.outbox.settle(verdict.saved, verdict.refused);
      this.hear(verdict);
      if (verdict.kind !== "ours" || verdict.saved.length + verdict.refused.length === 0) return;
      this.delay = SHORTEST;
      this.most = MOST;
    }
  }
}

// Runs `work` unless another tab does so just now; tells whether it ran.
async function alone(name, work) {
  if (navigator.locks) {
    return navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock) await work();
      return Boolean(lock);
    });
  }
  // Without locks a lease keeps tabs apart most of the time; twice sent is kept once by the server.
  const now = Date.now();
  const me = `${now}-${Math.random()}`;
  try {
    const [until, holder] = (localStorage.getItem(name) || "0 ").split(" ");
    if (Number(until) > now && Number(until) < now + 2 * LEASE && holder !== me) return false;
    localStorage.setItem(name, `${now + LEASE} ${me}`);
  } catch { /* nothing to agree by: then this tab sends */ }
  try { await work(); } finally { try { localStorage.removeItem(name); } catch { /* as above */ } }
  return true;
}
