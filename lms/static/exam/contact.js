// Tells the server every half minute that this page is there and what waits on it, and hears the clock from it.

const EVERY = [20000, 30000]; // ms, at random between: a room does not knock all at once
const LATEST = 50000; // ms; the room believes for a minute what it was told

export class Contact {
  constructor({ outbox, send, url, mode, hear }) {
    Object.assign(this, { outbox, send, url, mode, hear });
    this.noted = [];
    this.timer = null;
    this.isWanted = false;
    this.calledAt = performance.now();
    document.addEventListener("visibilitychange", () => {
      this.note(document.hidden ? "left" : "returned");
      if (!document.hidden) this.soon(0);
    });
    window.addEventListener("online", () => this.soon(Math.random() * 2000));
  }

  note(kind, detail = "") { this.noted.push({ kind, at: new Date().toISOString(), detail }); }

  soon(wait) {
    this.isWanted = true;
    this.wait(wait);
  }

  // The server was heard: half a minute from now is soon enough, unless somebody has just come back to the page. Who
  // answers quickly is heard by the room all the same.
  later() {
    if (this.isWanted) return;
    const latest = this.calledAt + LATEST - performance.now();
    this.wait(Math.min(EVERY[0] + Math.random() * (EVERY[1] - EVERY[0]), latest));
  }

  wait(time) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.call(), time);
  }

  async call() {
    clearTimeout(this.timer);
    this.isWanted = false;
    this.calledAt = performance.now();
    const { outbox } = this;
    const integrity = this.noted.slice(0, 50);
    const { device, epoch, flags = [] } = outbox.record;
    const kept = { waiting: outbox.waiting.length, saved: outbox.saved.length, mode: this.mode() };
    const verdict = await this.send(this.url, { device, epoch, flags, ...kept, sent_at: new Date().toISOString(), integrity });
    if (verdict.kind === "ours") this.noted = this.noted.slice(integrity.length);
    this.hear(verdict);
    this.later();
    return verdict;
  }
}
