// The exam page begins here: what stands in it is joined to what this device keeps and to what the server says.

import { Clock } from "./clock.js";
import { Contact } from "./contact.js";
import { Display } from "./display.js";
import { canSeal, hand, seal } from "./emergency.js";
import { Ending } from "./ending.js";
import { forget, keepHere, openTabs, stayOpen } from "./keep.js";
import { marked, Outbox } from "./outbox.js";
import { Palette } from "./palette.js";
import { Paper } from "./paper.js";
import { SavedLine } from "./saved.js";
import { Sender } from "./sender.js";
import { TakeOver } from "./take_over.js";
import { Timer } from "./timer.js";
import { letGo, takeTurn } from "./turn.js";
import { makeTeller } from "./words.js";
import { makeWire } from "./wire.js";

const KEEP_CLOCK = 5000; // ms between notes of how long ago the server was heard
const LOADED = 3000; // ms after which a page that was loaded anew is no longer counted as well

const root = document.querySelector("[data-exam]");
if (root) begin(root);

async function begin(root) {
  const { sitting, person, urls, ...facts } = JSON.parse(root.dataset.facts);
  const words = JSON.parse(root.dataset.words);
  const key = facts.kept && facts.kept.key;
  const isCopy = root.dataset.copy === "yes";
  const drawnAt = Date.parse(facts.now);
  document.body.classList.add("scripted");
  stayOpen(sitting);
  const outbox = await new Outbox(sitting, { person, token: facts.token, events: urls.events, until: facts.until }).open();
  if (!outbox.record.epoch) await outbox.note({ epoch: facts.epoch, ...takeTurn(sitting, facts.started) });

  // What was flagged at the device that held the exam last, and how many seconds were given since it was heard.
  const { device, flags, given } = facts.before;
  const wasElsewhere = device && device !== outbox.record.device && !isCopy;
  if (wasElsewhere) await outbox.note({ flags });

  const clock = new Clock({ deadline: facts.deadline, now: facts.now, paused: facts.paused, copy: isCopy });
  clock.restore(outbox.record.clock);
  const tell = makeTeller(root);
  const send = makeWire({ sitting, device: () => outbox.record.device, token: facts.token });
  const paper = new Paper(root, outbox, choose);
  const palette = new Palette(root, paper, words);
  const line = new SavedLine(outbox, words, facts.zone);
  const sender = new Sender({ outbox, send, url: urls.events, body, hear });
  const takeOver = new TakeOver({ outbox, paper, send, url: urls.take_over, words, tell });
  const ending = new Ending({ root, outbox, paper, sender, send, url: urls.submit, words, tell, look: () => contact.call(), leave });
  const timer = new Timer({ clock, outbox, words, tell, ending, given: wasElsewhere ? given : 0 });
  let mode = "online_only";
  const contact = new Contact({ outbox, send, url: urls.contact, mode: () => (outbox.isRefused ? "keeps_nothing" : mode), hear });
  const aside = { sitting, person, page: urls.page, until: facts.until, ...facts.kept };
  ending.canSave = canSeal(key);

  // Taken away under the page, it was written again from what the page holds; the invigilator is told as well.
  let losses = 0;
  async function looked() {
    if (outbox.losses === losses) return;
    losses = outbox.losses;
    tell(outbox.isRefused ? words.keepsNothing : words.storageLost);
    contact.note("storage_lost");
    mode = await keepHere(aside);
  }

  async function choose(number, place) {
    const at = { anchor: clock.anchorAt, elapsed_ms: clock.elapsed, wall: new Date().toISOString() };
    await outbox.add({ number, place, ...at });
    sender.run();
  }

  function body(batch) {
    const [{ device, epoch, anchor }] = batch;
    const events = batch.map(({ seq, number, place, elapsed_ms, wall }) => ({ seq, number, place, elapsed_ms, wall_at: wall }));
    return { device, epoch, anchor_at: anchor, events, waiting: outbox.waiting.length, mode: contact.mode() };
  }

  // Every reply of the server's own brings the clock, and who holds the exam.
  function hear({ kind, body: said, turn, saved, refused }) {
    line.signedOut(kind === "signed_out");
    if (kind !== "ours") return;
    if (said.deadline_at) {
      const change = clock.set(said, turn);
      timer.heard(change);
      if (change.resumed && contact.isAway) contact.note("left"); // in a pause it calls nobody
      paper.lock("paused", clock.paused);
      document.querySelector("[data-paused]").hidden = !clock.paused;
      outbox.note({ clock: clock.kept() });
    }
    // The reply to the code may have been lost.
    if (said.is_holder && said.epoch > outbox.record.epoch) outbox.note({ epoch: said.epoch });
    if (said.last_seq !== undefined) outbox.heardLast(said.last_seq).then((isMore) => isMore && sender.run());
    if (said.is_holder !== undefined) takeOver.heard(said.is_holder);
    if (said.answered !== undefined) answered = said.answered;
    if (said.is_holder && outbox.record.epoch > 1) joined();
    caughtUp([...saved, ...refused]);
    if (said.handed_in && !outbox.waiting.length && !outbox.pending && !ending.isGoing) leave(); // in another tab, or by the invigilator
    contact.later();
  }

  // What the device before had kept may reach the server after this page was drawn: it is drawn anew, once for each count.
  let answered = 0; // as the last sign of life was told, after which the page may have had to wait for its own disk
  function joined() {
    const here = paper.questions.length - paper.open.length;
    const told = `yogyata-joined-${sitting}`;
    if (answered <= here || outbox.pending || outbox.waiting.length || ending.isGoing || sessionStorage.getItem(told) === String(answered)) return;
    sessionStorage.setItem(told, answered);
    location.reload();
  }

  // The disk had not heard that an answer was on the server, or it was given before another device held the exam: a later
  // one may count, and the page is drawn anew. Where the disk hears of nothing any more, that was in vain, and what was
  // drawn is shown.
  let stale = [];
  function caughtUp(settled) {
    const { memory, record } = outbox;
    const isStale = ({ seq, epoch }) => settled.some((one) => one.seq === seq && (Date.parse(one.saved_at) < drawnAt || epoch < record.epoch));
    stale.push(...memory.filter(isStale).map((event) => event.seq));
    if (!stale.length || outbox.pending || outbox.waiting.length || ending.isGoing) return;
    const isLast = ({ number, seq }) => !memory.some((event) => event.number === number && event.seq > seq);
    const shown = memory.filter((event) => stale.includes(event.seq) && isLast(event) && !paper.isAsDrawn(event.number));
    stale = [];
    if (!shown.length) return;
    const [name, told] = [`yogyata-drawn-anew-${sitting}`, shown.map((event) => event.seq).join(" ")];
    if (sessionStorage.getItem(name) === told) {
      shown.forEach((event) => paper.asDrawn(event.number));
      return;
    }
    sessionStorage.setItem(name, told);
    location.reload();
  }

  async function leave() {
    window.removeEventListener("beforeunload", warn);
    await forget(aside);
    if (!outbox.waiting.length && !outbox.pending) await letGo(outbox).catch(() => {});
    location.replace(urls.page);
  }

  function warn(event) { if (outbox.pending || outbox.waiting.length) event.preventDefault(); }

  async function saveFile() {
    const { device } = outbox.record;
    const events = outbox.memory.map(({ seq, epoch, anchor, number, place, elapsed_ms, wall }) => ({ seq, epoch, anchor_at: anchor, number, place, elapsed_ms, wall_at: wall }));
    const text = await seal({ key: key.public, keyId: key.id, sitting, number: facts.number }, { device, events, token: facts.token });
    hand(text, `answers-${facts.number}.json`);
    tell(words.fileSaved);
  }

  window.addEventListener("beforeunload", warn);
  document.querySelector("[data-emergency] button").addEventListener("click", saveFile);
  setTimeout(async () => { if ((await openTabs(sitting)) > 1) contact.note("second_tab"); }, LOADED);
  setInterval(() => { if (!clock.paused) outbox.note({ clock: clock.kept() }); }, KEEP_CLOCK);
  paper.lock("paused", clock.paused);
  document.querySelector("[data-paused]").hidden = !clock.paused;
  outbox.onChange(looked);
  outbox.onOtherTab(() => (outbox.isClosed && !outbox.waiting.length ? leave() : paper.restore(drawnAt)));
  const [, place] = location.hash.match(/^#q(\d+)$/) || [null, location.hash === "#hand-in" ? "hand-in" : "1"];
  new Display(root, paper, { person, large: facts.large ? sitting : null });
  paper.restore(drawnAt, true);
  paper.show(place, false);
  palette.paint();
  sender.run();
  contact.call();
  mode = await keepHere(aside);
  root.dataset.mode = mode;
  if (Object.keys(marked()).some((other) => other !== sitting)) import("./leftovers.js").catch(() => {});
}
