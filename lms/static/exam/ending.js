// Handing in, and the end of the time: first everything that waits is sent, then the server is told how many answers
// there are, and only its acknowledgement ends the sitting at this device. Without a network all stays until it is back.
// What the page hands in by itself it does only after the server has said that the time is over.

import { fill } from "./words.js";

const SHORTEST = 2000; // ms to the second try
const LONGEST = 20000;
const PATIENCE = 10000; // ms without the server before a file is offered
const MOST_NAMED = 12; // numbers that are repeated before handing in; the review above names all
const CALM = 2500; // ms from the end of the time to sending, and as much again at random
const READ = 700; // ms in which nobody has read what is asked: what comes sooner is a second tap on the button before
const BY_ITSELF = "by itself"; // how the page notes that it hands in, and not the candidate

export class Ending {
  constructor({ root, outbox, paper, sender, send, url, words, tell, look, leave }) {
    Object.assign(this, { root, outbox, paper, sender, send, url, words, tell, look, leave });
    this.form = root.querySelector("[data-hand-in]");
    this.asking = root.querySelector("[data-asking]");
    this.box = document.querySelector("[data-ending]");
    this.told = this.box.querySelector("[data-ending-words]");
    this.back = this.box.querySelector("[data-ending-back]");
    this.file = this.box.querySelector("[data-emergency]");
    this.delay = SHORTEST;
    this.timer = null;
    this.isOver = false;
    this.isInDoubt = false; // by the guess of a page that was opened again without a network the time is over
    this.isDone = false;
    this.unsay = () => {};
    this.form.addEventListener("submit", (event) => { event.preventDefault(); event.stopPropagation(); this.ask(); });
    this.asking.querySelector("[data-asking-yes]").addEventListener("click", () => this.begin());
    this.asking.querySelector("[data-asking-no]").addEventListener("click", () => this.goOn());
    this.back.addEventListener("click", () => this.cancel());
    outbox.onChange(() => this.paint());
    // Opened again, the page closes itself anew if its time is still over.
    if (outbox.record.handing === BY_ITSELF) outbox.note({ handing: false });
    else if (outbox.record.handing) this.go();
  }

  get isGoing() { return Boolean(this.outbox.record.handing); }

  // What is not answered is said once more before anything is final.
  ask() {
    const { open, flags } = this.paper;
    if (!open.length && !flags.length) { this.begin(); return; }
    const lines = [open.length && fill(this.words.askOpen, { count: open.length, list: named(open) }),
      flags.length && fill(this.words.askFlagged, { list: named(flags) })].filter(Boolean);
    this.asking.querySelector("[data-asking-words]").textContent = lines.join(" ");
    this.asking.hidden = false;
    this.form.hidden = true;
    this.asking.classList.add("is-new");
    setTimeout(() => this.asking.classList.remove("is-new"), READ);
    this.asking.focus();
  }

  // Back to what is open or flagged, and the keyboard with it.
  goOn() {
    this.asking.hidden = true;
    this.form.hidden = false;
    const [next] = [...this.paper.open, ...this.paper.flags];
    this.paper.show(next || "hand-in", true);
  }

  async begin(handing = true) {
    if (this.isGoing) return;
    await this.outbox.note({ handing });
    this.go();
  }

  go() {
    this.asking.hidden = true;
    this.form.hidden = false;
    this.paper.lock("handing", true);
    this.beginToWait();
    this.delay = SHORTEST;
    this.paint();
    this.box.focus();
    this.attempt();
  }

  async cancel() {
    clearTimeout(this.timer);
    await this.outbox.note({ handing: false });
    this.paper.lock("handing", false);
    this.paint();
  }

  // The page closes itself, calmly; when more time is given it opens again.
  over(isOver) {
    this.isOver = isOver;
    clearTimeout(this.timer);
    this.paper.lock("over", isOver);
    this.paint();
    if (isOver) {
      this.unsay = this.tell(this.words.overSending);
      this.timer = setTimeout(() => (this.isGoing ? this.attempt() : this.begin(BY_ITSELF)), CALM + Math.random() * CALM);
    } else if (this.isGoing) this.cancel();
  }

  // The server may have given more time meanwhile: nothing is closed, and the file is offered all the same.
  seemsOver(isInDoubt) {
    this.isInDoubt = isInDoubt;
    if (!this.isGoing) this.beginToWait();
    this.paint();
  }

  beginToWait() {
    this.since = performance.now();
    setTimeout(() => this.paint(), PATIENCE + 100);
  }

  async attempt() {
    clearTimeout(this.timer);
    if (!this.isGoing || this.isDone) return;
    await this.sender.run();
    if (!this.outbox.waiting.length && (await this.isTrue()) && (await this.isAcknowledged())) return;
    if (!this.isGoing) return;
    this.paint();
    this.timer = setTimeout(() => this.attempt(), this.delay * (0.5 + Math.random()));
    this.delay = Math.min(this.delay * 1.7, LONGEST);
  }

  // Whether this is still to be done: more time may have been given, or the exam paused, while this page heard nothing.
  async isTrue() {
    const isHeard = !this.isOver || (await this.look()).kind === "ours";
    return isHeard && this.isGoing;
  }

  // Tells the server; true when it has acknowledged the end.
  async isAcknowledged() {
    const { outbox } = this;
    const { device, epoch, seq, handing } = outbox.record;
    const sent = { device, epoch, last_seq: seq, count: outbox.memory.length, by_page: handing === BY_ITSELF };
    const verdict = await this.send(this.url, sent);
    if (!this.isGoing) return true;
    if (verdict.kind === "refused" && verdict.status === 409) { this.finish(); return true; }
    if (verdict.kind !== "ours") return false;
    const missing = Array.isArray(verdict.body.missing) ? verdict.body.missing : [];
    if (missing.length && (await outbox.again(missing))) return false;
    if (!["handed_in", "closed"].includes(verdict.body.state)) return false;
    this.finish();
    return true;
  }

  async finish() {
    this.isDone = true;
    await this.leave();
  }

  paint() {
    const isEnding = this.isGoing || this.isOver;
    const isShown = isEnding || this.isInDoubt;
    this.box.hidden = !isShown;
    document.body.classList.toggle("is-ending", isEnding);
    if (!isShown) return;
    const waiting = this.outbox.waiting.length;
    const isOver = this.isOver || !this.isGoing;
    const isLong = (this.isGoing || this.isInDoubt) && performance.now() - this.since > PATIENCE;
    const words = isOver ? this.words.overWaiting : this.words.handingWaiting;
    if (isLong || waiting) this.unsay(); // the foot of the page says nothing else than its top
    this.told.textContent = isLong || waiting ? fill(words, { count: waiting }) : isOver ? this.words.overSending : this.words.handing;
    this.back.hidden = isOver || this.isDone;
    this.file.hidden = !(isLong && waiting && this.canSave);
  }
}

const named = (numbers) => (numbers.length > MOST_NAMED ? `${numbers.slice(0, MOST_NAMED).join(", ")} …` : numbers.join(", "));
