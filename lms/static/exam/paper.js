// The questions: one at a time or all on one page, chosen by pointer or by keys, with flags that a device taking over has too.

export class Paper {
  constructor(root, outbox, choose) {
    Object.assign(this, { root, outbox, choose });
    this.sections = [...root.querySelectorAll("[data-question]")];
    this.questions = this.sections.filter((section) => section.dataset.question !== "hand-in");
    this.locks = new Set();
    this.isWhole = false;
    this.hasKeys = true;
    this.current = this.sections[0];
    this.heard = [];
    this.questions.forEach((section) => this.boxes(section).forEach((box) => { box.required = false; })); // a question may stay open
    root.addEventListener("change", (event) => { if (event.target.name === "place") this.chosen(event.target); });
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("submit", (event) => { if (event.target.matches("form.question")) event.preventDefault(); });
    document.addEventListener("keydown", (event) => this.pressed(event));
  }

  onChange(listener) { this.heard.push(listener); }
  tell() { this.heard.forEach((listener) => listener()); }
  section(name) { return this.sections.find((section) => section.dataset.question === String(name)); }
  boxes(section) { return [...section.querySelectorAll("input[name=place]")]; }
  isAnswered(section) { return this.boxes(section).some((box) => box.checked); }
  get flags() { return this.outbox.record.flags || []; }
  get seen() { return this.outbox.record.seen || []; }
  get open() { return this.questions.filter((section) => !this.isAnswered(section)).map((section) => section.dataset.question); }

  // What stands in the page is the server's, as of when it was drawn; what was done here since, or waits, comes after.
  restore(drawnAt, isFirst = false) {
    const words = this.outbox.lastWords();
    this.questions.forEach((section) => {
      const event = words.get(Number(section.dataset.question));
      const early = this.boxes(section).find((box) => box.checked && !box.defaultChecked);
      if (event && (!event.receipt || Date.parse(event.saved_at) >= drawnAt)) {
        this.boxes(section).forEach((box) => { box.checked = Number(box.value) === event.place; });
      } else if (early && isFirst) this.chosen(early); // chosen before this script came
    });
    this.tell();
  }

  isAsDrawn(number) { return this.boxes(this.section(number)).every((box) => box.checked === box.defaultChecked); }
  asDrawn(number) {
    this.boxes(this.section(number)).forEach((box) => { box.checked = box.defaultChecked; });
    this.tell();
  }

  chosen(box) {
    if (this.locks.size) { this.restore(0); return; }
    const section = box.closest("[data-question]");
    this.choose(Number(section.dataset.question), Number(box.value));
    this.tell();
  }

  // Read-only for as long as any reason holds; nothing chosen is lost by it.
  lock(reason, isLocked) {
    if (isLocked) this.locks.add(reason); else this.locks.delete(reason);
    this.questions.forEach((section) => this.boxes(section).forEach((box) => { box.disabled = this.locks.size > 0; }));
  }

  show(name, isFocused) {
    const target = this.section(name) || this.sections[0];
    this.current = target;
    this.sections.forEach((section) => { section.hidden = !this.isWhole && section !== target; });
    history.replaceState(null, "", `#${target.id}`);
    this.see(target.dataset.question);
    if (isFocused) {
      target.tabIndex = -1;
      target.focus({ preventScroll: true });
      if (this.isWhole) target.scrollIntoView(); else window.scrollTo(0, 0);
    }
    this.tell();
  }

  layOut(isWhole) {
    this.isWhole = isWhole;
    document.body.classList.toggle("is-whole", isWhole);
    this.show(this.current.dataset.question, false);
    if (isWhole) this.current.scrollIntoView();
  }

  see(name) {
    if (name === "hand-in" || this.seen.includes(name)) return;
    this.outbox.note({ seen: [...this.seen, name] });
  }

  flag(section = this.current) {
    const name = section.dataset.question;
    if (name === "hand-in") return;
    const flags = this.flags.includes(name) ? this.flags.filter((one) => one !== name) : [...this.flags, name];
    this.outbox.note({ flags });
    this.tell();
  }

  clicked(event) {
    const link = event.target.closest("[data-go]");
    if (link) { event.preventDefault(); this.show(link.dataset.go, true); return; }
    const flag = event.target.closest("[data-flag]");
    if (flag) { this.flag(flag.closest("[data-question]")); return; }
    const section = event.target.closest("[data-question]");
    if (section && this.isWhole && section !== this.current) { this.current = section; this.see(section.dataset.question); this.tell(); }
  }

  pressed(event) {
    const { target, key } = event;
    if (!this.hasKeys || event.altKey || event.ctrlKey || event.metaKey || target.closest("input:not([type=radio]), textarea, select, summary, dialog")) return;
    if (this.isWhole && target.closest("[data-question]")) this.current = target.closest("[data-question]");
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    const place = "123456789".indexOf(key) + 1 || "abcdefgh".indexOf(key.toLowerCase()) + 1;
    if (step) this.move(step); // on a chosen option too, where the browser would choose the next one
    else if (key.toLowerCase() === "f") this.flag();
    else if (place && this.current.dataset.question !== "hand-in") this.press(place);
    else return;
    event.preventDefault();
  }

  move(step) {
    const next = this.sections[this.sections.indexOf(this.current) + step];
    if (next) this.show(next.dataset.question, true);
  }

  press(place) {
    const box = this.boxes(this.current)[place - 1];
    if (!box || box.checked || box.disabled) return;
    box.checked = true;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
