// What a candidate did at this device, one record for each, kept until the hand-in is acknowledged. An answer is shown
// as kept only when the device's disk has it, and as saved only with the server's receipt for this very record.

import { allOf, get, ofSitting, openDatabase, put, read, remove, write } from "./database.js";

export const MARK = "yogyata-exam-kept"; // in localStorage: which sittings this device holds something of

const CLOSED = "closed"; // what the tab that hands in tells the others
const FINAL = ["faulty", "full"]; // what no second try would change
const NEVER_COUNTED = ["full", "superseded"]; // another answer counts in its place

export class Outbox {
  constructor(sitting, facts) {
    this.sitting = sitting;
    this.facts = facts; // person, and what it takes to send without the page
    this.database = null;
    this.memory = []; // this page's copy; all there is where the device keeps nothing
    this.record = null;
    this.isRefused = false; // nothing can be kept at this device
    this.isClosed = false; // it was handed in, and nothing of it stays at this device
    this.losses = 0; // how often what was kept was taken away
    this.sure = Infinity; // greater numbers may have been given before, and be forgotten: they are not sent yet
    this.aside = new Set(); // what the server could not read: it waits until the page is opened again
    this.pending = 0; // being written to the disk just now
    this.before = Promise.resolve(); // what was done before, until it is numbered
    this.heard = [];
    this.heardElsewhere = [];
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(`yogyata-exam-${sitting}`) : null;
    if (this.channel) this.channel.onmessage = ({ data }) => this.hear(data).then(() => { this.tell(); this.heardElsewhere.forEach((listener) => listener()); });
  }

  onChange(listener) { this.heard.push(listener); }
  onOtherTab(listener) { this.heardElsewhere.push(listener); }
  tell() { this.heard.forEach((listener) => listener()); }

  hear(said) { return said === CLOSED ? this.close() : this.reload(); }

  async open() {
    const fresh = { sitting: this.sitting, device: newName(), seq: 0, epoch: 0, handing: false, ...this.facts };
    const known = (held) => ({ ...fresh, ...held, ...this.facts });
    let held = null;
    try {
      this.database = await openDatabase(() => this.restore());
      // Read before anything is written: where the disk is full, what it has is shown and sent all the same.
      held = await this.readRecord();
      this.record = known(held);
      this.memory = await this.readAll();
      this.record = await write(this.database, async (sittings) => {
        const record = known(await get(sittings, this.sitting));
        await put(sittings, record);
        return record;
      });
    } catch {
      this.record = known(held || { device: nameOfTab(this.sitting) });
      this.sure = this.record.seq;
      this.refuse();
    }
    mark(this.sitting, this.facts.person);
    return this;
  }

  refuse() {
    this.database = null;
    this.isRefused = true;
    this.tell();
  }

  // In another tab the exam was let go of and begun anew, under another name: what this page held of it is the server's.
  follow(record) {
    if (record.device !== this.record.device) this.memory = [];
    this.record = { ...record, ...this.facts };
  }

  readRecord() { return read(this.database, (sittings) => get(sittings, this.sitting)); }
  readAll() { return read(this.database, (_, events) => allOf(events, this.sitting)); }

  async reload() {
    if (!this.database) return;
    try {
      const record = await this.readRecord();
      if (!record) { await this.restore(); return; }
      const kept = await this.readAll();
      this.follow(record);
      // What is being written just now may not be among them yet; what waited for a number got it in another tab.
      const own = new Map(this.memory.map((event) => [event.seq, event]));
      const known = new Set(kept.map((event) => event.seq));
      this.memory = [...kept.map((event) => (own.get(event.seq)?.receipt ? own.get(event.seq) : event)), ...this.memory.filter((event) => !known.has(event.seq) && !isMisnumbered(event))];
    } catch { await this.restore(); }
  }

  // The storage was taken away under the page: what the page still holds is written again, and it is said at once.
  restore() {
    this.restoring = this.restoring || this.rewrite().finally(() => { this.restoring = null; });
    return this.restoring;
  }

  async rewrite() {
    if (this.isClosed) return;
    this.losses += 1;
    try {
      this.database = await openDatabase(() => this.restore());
      const { record, memory } = this;
      this.follow(await write(this.database, async (sittings, events) => {
        const held = await get(sittings, this.sitting);
        const next = { ...(held || record), seq: numbered(held, record) };
        await put(sittings, next);
        if (isOf(held, record)) for (const event of memory) await put(events, event);
        return next;
      }));
    } catch { this.refuse(); }
    this.tell();
  }

  async add(done) {
    this.pending += 1;
    this.tell();
    try { return await this.inTurn(() => this.number(done)); } finally {
      this.pending -= 1;
      this.changed();
    }
  }

  // One thing after the other: where the disk hangs and comes back, what was done last still has the greatest number.
  inTurn(work) {
    const turn = this.before.then(work);
    this.before = turn.catch(() => {});
    return turn;
  }

  // Adds what was done; its number is given in the same transaction, so that two tabs never give the same one.
  async number(done) {
    const make = (record) => ({ ...done, sitting: this.sitting, device: record.device, epoch: record.epoch, seq: record.seq });
    if (this.database) {
      try {
        const [record, event] = await write(this.database, async (sittings, events) => {
          const held = await get(sittings, this.sitting);
          if (!held) throw new Error("cleared");
          const record = { ...held, seq: numbered(held, this.record) + 1 };
          const event = make(record);
          await put(sittings, record);
          await put(events, event);
          return [record, event];
        });
        this.follow(record);
        this.hold(event);
        return event;
      } catch {
        if (!this.isRefused) await this.restore();
      }
    }
    this.record.seq += 1;
    const event = make(this.record);
    this.hold(event);
    if (this.database) await this.keep([event]);
    return event;
  }

  hold(event) { this.memory = [...this.memory.filter((one) => one.seq !== event.seq), event]; }

  // What another tab noted meanwhile stays, and a number once given is never given again.
  async keep(events, facts = {}) {
    try {
      this.follow(await write(this.database, async (sittings, store) => {
        const held = await get(sittings, this.sitting);
        if (!held) throw new Error("cleared");
        const next = { ...held, ...facts, seq: Math.max(held.seq, facts.seq || 0) };
        const record = { ...next, seq: numbered(next, this.record) };
        await put(sittings, record);
        for (const event of events) if (event.device === held.device) await put(store, event);
        return record;
      }));
    } catch { await this.restore(); }
  }

  changed() {
    this.tell();
    if (this.channel) this.channel.postMessage("changed");
  }

  get waiting() { return this.memory.filter((event) => !event.receipt && (!event.refused || isMisnumbered(event))); }
  get saved() { return this.memory.filter((event) => event.receipt); }
  get refused() { return this.memory.filter((event) => event.refused && !isMisnumbered(event)); }
  get newest() { return this.saved.reduce((newest, event) => (newest && newest.saved_at >= event.saved_at ? newest : event), null); }

  // The oldest that wait, as many as may go in one request: they share the turn and the moment they are counted from.
  batch(most) {
    const [first, ...rest] = this.waiting.filter((event) => event.seq <= this.sure && !event.refused && !this.aside.has(event.seq)).sort(bySeq);
    if (!first) return [];
    const end = rest.findIndex((event) => event.epoch !== first.epoch || event.anchor !== first.anchor);
    return [first, ...(end < 0 ? rest : rest.slice(0, end))].slice(0, most);
  }

  // A device without room on its disk has forgotten the numbers of what it sent before it was opened anew: what was done
  // since comes after them. `last` is the greatest that came. Returns whether more can be sent now.
  async goOnAfter(last) {
    const { sure } = this;
    const first = this.memory.reduce((least, { seq }) => (seq > sure && seq < least ? seq : least), this.record.seq + 1);
    const moved = Math.max(0, last + 1 - first);
    this.memory = this.memory.map((event) => (event.seq > sure ? { ...event, seq: event.seq + moved } : event));
    this.sure = Infinity;
    if (moved) await this.note({ seq: this.record.seq + moved });
    return sure < Infinity;
  }

  // The last thing done to each item at this device, by its number on the paper.
  lastWords() {
    const words = new Map();
    const kept = this.memory.filter((event) => !NEVER_COUNTED.includes(event.refused));
    kept.sort(bySeq).forEach((event) => words.set(event.number, event));
    return words;
  }

  async settle(saved, refused) {
    const settled = [];
    this.memory = this.memory.map((event) => {
      const receipt = saved.find((one) => one.seq === event.seq);
      const refusal = refused.find((one) => one.seq === event.seq);
      if (!receipt && !refusal) return event;
      const next = receipt
        ? { ...event, receipt: receipt.receipt, key_id: receipt.key_id, saved_at: receipt.saved_at, refused: undefined }
        : { ...event, refused: refusal.why, words: refusal.words };
      settled.push(next);
      return next;
    });
    if (this.database && settled.length) await this.keep(settled);
    this.changed();
  }

  // The server does not have these after all: they go out again.
  async again(numbers) {
    const back = [];
    this.memory = this.memory.map((event) => {
      if (!numbers.includes(event.seq) || FINAL.includes(event.refused)) return event;
      back.push({ ...event, receipt: undefined, refused: undefined });
      return back.at(-1);
    });
    if (this.database && back.length) await this.keep(back);
    this.changed();
    return back.length;
  }

  // Takes what a reply tells of this device's numbers: `last` is the greatest that came. Returns whether more can be sent.
  async heardLast(last) {
    const isMore = await this.goOnAfter(last);
    return (await this.inTurn(() => this.redo())) > 0 || isMore;
  }

  // A device that has forgotten its numbers used some again, and the answers that had them stay. What was done last to a
  // question goes out under a number of its own, as made when it was, and what was done before that goes. All tabs see
  // both at once, and a page that is closed meanwhile has done all of it or nothing. Returns how many go out.
  async redo() {
    if (!this.memory.some(isMisnumbered)) return 0;
    let done = null;
    if (this.database) {
      try {
        done = await write(this.database, async (sittings, events) => {
          const held = await get(sittings, this.sitting);
          if (!held) throw new Error("cleared");
          const found = renumbered(await allOf(events, this.sitting), numbered(held, this.record));
          const record = { ...held, seq: found.seq };
          await put(sittings, record);
          for (const event of found.again) await put(events, event);
          for (const seq of found.gone) await remove(events, [this.sitting, seq]);
          return { ...found, record };
        });
        this.follow(done.record);
      } catch {
        await this.restore();
        if (this.database) return 0; // the next reply finds them there
      }
    }
    if (!done) {
      done = renumbered(this.memory, this.record.seq);
      this.record.seq = done.seq;
    }
    const numbers = new Set(done.again.map((event) => event.seq));
    this.memory = [...this.memory.filter((event) => !isMisnumbered(event) && !numbers.has(event.seq)), ...done.again];
    this.changed();
    return done.again.length;
  }

  async note(facts) {
    this.record = { ...this.record, ...facts };
    if (this.database) await this.keep([], facts);
  }

  // After the hand-in is acknowledged nothing of it stays on a shared device. Its other tabs are told where it has ended.
  async wipe(isEnded = true) {
    const { database } = this;
    if (isEnded && this.channel && !this.isClosed) this.channel.postMessage(CLOSED);
    await this.close();
    this.memory = [];
    await write(database || (await openDatabase()), async (sittings, events) => {
      await remove(events, ofSitting(this.sitting));
      await remove(sittings, this.sitting);
    });
    unmark(this.sitting);
  }

  // What the page still notes is not written again; what waits is sent.
  async close() {
    this.isClosed = true;
    this.database = null;
    this.memory = this.waiting;
    this.record = { ...this.record, handing: false };
  }
}

// What the disk has and what the page knows of it: a number once given to this name is never given again.
const isOf = (held, record) => !held || held.device === record.device;
const numbered = (held, record) => (isOf(held, record) ? Math.max(held ? held.seq : 0, record.seq) : held.seq);

const bySeq = (one, other) => one.seq - other.seq;
const isMisnumbered = (event) => event.refused === "conflict";

function renumbered(events, seq) {
  const last = new Map([...events].sort(bySeq).map((event) => [event.number, event]));
  const lost = events.filter(isMisnumbered).sort(bySeq);
  const left = lost.filter((event) => last.get(event.number) === event);
  const again = left.map((event, place) => ({ ...event, seq: seq + place + 1, refused: undefined, words: undefined }));
  return { again, gone: lost.map((event) => event.seq), seq: seq + again.length };
}

function newName() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Where the device keeps nothing its tab remembers its name: else it would be another device each time it is opened.
function nameOfTab(sitting) {
  const key = `yogyata-exam-device-${sitting}`;
  try {
    const name = sessionStorage.getItem(key) || newName();
    sessionStorage.setItem(key, name);
    return name;
  } catch { return newName(); }
}

export function marked() {
  try { return JSON.parse(localStorage.getItem(MARK)) || {}; } catch { return {}; }
}
function keepMarks(marks) {
  try {
    if (Object.keys(marks).length) localStorage.setItem(MARK, JSON.stringify(marks));
    else localStorage.removeItem(MARK);
  } catch { /* where nothing can be kept there is nothing to take away */ }
}
function mark(sitting, person) { keepMarks({ ...marked(), [sitting]: person }); }
export function unmark(sitting) {
  const { [sitting]: _, ...others } = marked();
  keepMarks(others);
}
