// Shows the time that is left, warns at ten and at two minutes, and says when the time stands still or more is given.

import { fill } from "./words.js";

const WARNINGS = [10, 2]; // minutes
const TICK = 500; // ms
const READ = 10; // ticks on the screen, after which what was said of the time is known

export class Timer {
  constructor({ clock, outbox, words, tell, ending, given }) {
    Object.assign(this, { clock, outbox, words, tell, ending });
    this.box = document.querySelector("[data-timer]");
    this.shown = this.box.querySelector("[data-clock]");
    this.warned = null;
    this.isOver = false;
    this.seemsOver = false;
    this.warning = null; // the one that is shown: for so many minutes, and what hides it
    this.unread = 0; // ticks
    const told = outbox.record.told || (given && clock.standsWithout(given));
    if (told) this.heard(clock.changeFrom(told)); // a page that is drawn anew says what nobody has read
    else this.know();
    this.tick();
    setInterval(() => this.tick(), TICK);
  }

  get due() { return WARNINGS.filter((mark) => this.clock.minutes <= mark).at(-1); }
  know() { this.outbox.note({ told: this.clock.stands }); }

  heard({ given, stopped, resumed, extended }) {
    const { words } = this;
    if (given || stopped || resumed) this.unread = READ;
    if (stopped) this.tell(words.paused);
    if (resumed) this.tell(extended ? words.resumedLonger : words.resumed);
    if (given >= 1) this.tell(this.more(given));
    if (given || extended) this.warned = extended || given > 0 ? this.due : null; // no warning takes the place of more time
    this.tick();
  }

  // In minutes that are there in full; what is less than two of them, in seconds.
  more(seconds) {
    const { words } = this;
    return seconds < 120 ? fill(words.moreSeconds, { count: seconds }) : fill(words.moreMinutes, { count: Math.floor(seconds / 60) });
  }

  tick() {
    const { clock, words } = this;
    const { minutes } = clock;
    if (this.unread && !document.hidden && !(this.unread -= 1)) this.know();
    if (clock.seemsOver !== this.seemsOver) {
      this.seemsOver = clock.seemsOver;
      this.ending.seemsOver(this.seemsOver);
    }
    if (clock.isOver !== this.isOver) {
      this.isOver = clock.isOver;
      this.ending.over(this.isOver);
    }
    this.paint(minutes);
    const { due } = this;
    if (due && minutes > 0 && !clock.paused && this.warned !== due) {
      // A page that is opened in the last minutes says how many there are.
      this.warned = due;
      this.warning = { minutes, hide: this.tell(fill(minutes === 1 ? words.oneLeft : words.warning, { count: minutes })) };
    } else if (this.warning && this.warning.minutes !== minutes) {
      this.warning.hide();
      this.warning = null;
    }
  }

  paint(minutes) {
    const { clock, words } = this;
    const text = clock.paused ? fill(words.pausedLeft, { count: minutes })
      : clock.left <= 0 ? words.over
      : minutes === 1 ? words.oneLeft : fill(words.left, { count: minutes });
    if (this.shown.textContent !== text) this.shown.textContent = text;
    this.box.classList.toggle("is-short", !clock.paused && minutes <= 10);
    this.box.classList.toggle("is-paused", clock.paused);
  }
}
