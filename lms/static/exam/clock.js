// The time that is left, from the server's deadline and this page's steady clock. The device's own time of day is never
// shown and decides nothing; it only helps to guess how long a page was gone that comes back without a network.

const MOST_GONE = 4 * 3600000; // ms; beyond, the device's clock is not believed to tell how long it was off

export class Clock {
  constructor({ deadline, now, paused, copy }, steady = () => performance.now(), wall = () => Date.now()) {
    this.steady = steady;
    this.wall = wall;
    this.isSure = !copy; // a kept copy of the page does not know what time it is now
    // A page that came over the network was drawn while it was asked for, not when its script began.
    this.anchor(now, copy ? steady() : drawnAt());
    this.deadline = Date.parse(deadline);
    this.paused = Boolean(paused);
    this.turn = 0; // of the request whose reply was heard last
  }

  anchor(now, at = this.steady()) {
    this.anchorAt = now;
    this.server = Date.parse(now);
    this.since = at;
    this.before = 0; // ms that went by since the anchor before this page began
  }

  // What the server says now is what holds, unless the reply to a later request was here first. Returns by how many
  // whole seconds the time changed.
  set({ deadline_at, server_now, paused }, turn = this.turn) {
    // The server's own clock may have been set back in between: then the later request tells which is newer.
    if (turn < this.turn && Date.parse(server_now) < this.server) return { given: 0, stopped: false, resumed: false };
    this.turn = Math.max(this.turn, turn);
    const before = this.stands;
    this.deadline = Date.parse(deadline_at);
    this.paused = Boolean(paused);
    this.anchor(server_now);
    this.isSure = true;
    return this.changeFrom(before);
  }

  // What a candidate knows once it was said, and what is to be said since.
  // In a pause the end moves along with the time: what is left tells of more.
  get stands() { return { deadline: this.deadline, paused: this.paused, left: this.left }; }
  standsWithout(seconds) { return { deadline: this.deadline - seconds * 1000, paused: this.paused, left: this.left - seconds * 1000 }; }
  changeFrom({ deadline, paused, left = this.left }) {
    const more = this.paused ? this.left - left : this.deadline - deadline;
    const given = this.paused === paused ? Math.round(more / 1000) : 0;
    const resumed = paused && !this.paused;
    // By how much is not known: nothing tells how long ago the pause ended.
    return { given, stopped: this.paused && !paused, resumed, extended: resumed && this.left > left };
  }

  // What is kept, so that a page that is opened again without a network knows how long ago the server was heard.
  kept() { return { now: this.anchorAt, deadline: new Date(this.deadline).toISOString(), paused: this.paused, elapsed: this.elapsed, wall: this.wall() }; }

  restore(kept) {
    if (!kept || this.isSure || Date.parse(kept.now) < this.server) return;
    const gone = this.wall() - kept.wall;
    this.anchor(kept.now);
    this.deadline = Date.parse(kept.deadline);
    this.paused = kept.paused;
    this.before = kept.elapsed + (gone > 0 && gone < MOST_GONE ? gone : 0);
  }

  get elapsed() { return Math.max(0, Math.round(this.before + this.steady() - this.since)); }
  get left() { return this.deadline - this.server - (this.paused ? 0 : this.elapsed); }
  // As the invigilator's list says them (`minutes_left` in exam_time.py): a minute that has begun is whole.
  get minutes() { return Math.max(0, Math.ceil(this.left / 60000)); }
  get isOver() { return this.isSure && !this.paused && this.left <= 0; }
  // A kept copy closes nothing by its guess; it says so, as the time that it shows does.
  get seemsOver() { return !this.isSure && !this.paused && this.left <= 0; }
}

function drawnAt() {
  const [page] = performance.getEntriesByType("navigation");
  return page ? page.responseStart : 0;
}
