// Tells the server every half minute that this page is there and what waits on it, and hears the clock from it; and what
// the invigilator should know of. What is not told yet this tab remembers, so that it outlives a reload without a network.

const EVERY = [20000, 30000]; // ms, at random between: a room does not knock all at once
const LATEST = 50000; // ms; the room believes for a minute what it was told
const AWAY = 3000; // ms without the keyboard until the page was left for a window beside it: a dialog is over sooner
const MOST = 50; // notices in a request

export class Contact {
  constructor({ outbox, send, url, mode, hear }) {
    Object.assign(this, { outbox, send, url, mode, hear });
    this.name = `yogyata-exam-noted-${outbox.sitting}`;
    this.noted = this.remembered();
    this.underWay = new Set(); // no second request tells them meanwhile
    this.isAway = false;
    this.isGone = false; // loaded anew or closed: a page is out of sight then too, and was not left
    this.timer = null;
    this.isWanted = false;
    this.calledAt = performance.now();
    document.addEventListener("visibilitychange", () => {
      this.look();
      if (!document.hidden) this.soon(0);
    });
    window.addEventListener("blur", () => setTimeout(() => this.look(), AWAY));
    window.addEventListener("focus", () => this.look());
    window.addEventListener("pagehide", () => { this.isGone = true; });
    window.addEventListener("pageshow", () => { this.isGone = false; });
    window.addEventListener("online", () => this.soon(Math.random() * 2000));
  }

  // A page is left that is out of sight, or beside another window in which somebody works.
  look() {
    const isAway = document.hidden || !document.hasFocus();
    if (isAway === this.isAway || this.isGone) return;
    this.isAway = isAway;
    this.note(isAway ? "left" : "returned");
  }

  note(kind) {
    this.noted.push({ kind, at: new Date().toISOString() });
    this.remember();
    this.soon(0);
  }

  remember() { try { sessionStorage.setItem(this.name, JSON.stringify(this.noted)); } catch { /* then the page alone remembers */ } }
  remembered() { try { return JSON.parse(sessionStorage.getItem(this.name)) || []; } catch { return []; } }

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
    const integrity = this.noted.filter((one) => !this.underWay.has(one)).slice(0, MOST);
    integrity.forEach((one) => this.underWay.add(one));
    const { device, epoch, flags = [] } = outbox.record;
    const kept = { waiting: outbox.waiting.length, saved: outbox.saved.length, mode: this.mode() };
    const verdict = await this.send(this.url, { device, epoch, flags, ...kept, sent_at: new Date().toISOString(), integrity });
    integrity.forEach((one) => this.underWay.delete(one));
    if (verdict.kind === "ours") this.noted = this.noted.filter((one) => !integrity.includes(one));
    this.remember();
    this.hear(verdict);
    this.later();
    return verdict;
  }
}
