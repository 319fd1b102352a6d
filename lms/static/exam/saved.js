// The one line that says where the answers are: on this device, or on the server since when. Its dot is filled only
// when the server has acknowledged every answer of this page.

import { fill } from "./words.js";

export class SavedLine {
  constructor(outbox, words, zone) {
    Object.assign(this, { outbox, words, clock: clockOf(zone) });
    this.line = document.querySelector("[data-saved]");
    this.told = this.line.querySelector("[data-saved-words]");
    this.isSignedOut = false;
    outbox.onChange(() => this.paint());
    this.paint();
  }

  signedOut(isSo) { this.isSignedOut = isSo; this.paint(); }

  get state() {
    const { outbox, words } = this;
    const waiting = outbox.waiting.length;
    const told = (sentence) => (outbox.newest ? fill(sentence, { clock: this.clock(outbox.newest.saved_at) }) : "");
    const [since, last] = [told(words.serverSince), told(words.serverLast)];
    if (outbox.isRefused) {
      return { look: "is-refused", text: fill(waiting || outbox.pending ? words.keepsNothingWaiting : words.keepsNothing, { count: waiting + outbox.pending }) };
    }
    if (outbox.pending) return { look: "is-waiting", text: words.saving };
    if (waiting && this.isSignedOut) return { look: "is-waiting", text: fill(words.signedOut, { count: waiting }) };
    if (waiting) return { look: "is-waiting", text: fill(words.onDevice, { count: waiting }), more: last };
    const final = outbox.refused.find((event) => event.refused === "full"); // nobody decides on it
    if (final) return { look: "is-refused", text: final.words, more: last };
    if (outbox.refused.length) return { look: "is-waiting", text: fill(words.aside, { count: outbox.refused.length }), more: last };
    if (outbox.newest) return { look: "is-saved", text: since };
    return null; // what the server wrote into the page holds
  }

  paint() {
    const state = this.state;
    if (!state) return;
    ["is-waiting", "is-refused", "is-saved", "is-empty"].forEach((look) => this.line.classList.toggle(look, look === state.look));
    this.told.textContent = state.more ? `${state.text} · ${state.more}` : state.text;
  }
}

// The time of day where the exam is held, as the rest of the site writes it.
function clockOf(timeZone) {
  const form = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
  return (moment) => form.format(new Date(moment));
}
