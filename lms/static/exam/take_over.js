// When the exam goes on at another device, this one can only read, and says so; with the invigilator's code it goes on
// here again.

export class TakeOver {
  constructor({ outbox, paper, send, url, words, tell }) {
    Object.assign(this, { outbox, paper, send, url, words, tell });
    this.box = document.querySelector("[data-take-over]");
    this.form = this.box.querySelector("form");
    this.fault = this.box.querySelector("[data-take-over-fault]");
    this.form.addEventListener("submit", (event) => { event.preventDefault(); event.stopPropagation(); this.ask(); });
  }

  heard(isHolder) {
    if (this.box.hidden === isHolder) return;
    this.box.hidden = isHolder;
    this.paper.lock("elsewhere", !isHolder);
    if (!isHolder) this.tell(this.words.elsewhere, { isShown: false });
  }

  async ask() {
    this.fault.textContent = "";
    const { device } = this.outbox.record;
    const verdict = await this.send(this.url, { code: this.form.elements.code.value.trim(), device });
    if (verdict.kind === "ours") {
      await this.outbox.note({ epoch: verdict.body.epoch });
      location.reload(); // with what was answered at the other device
      return;
    }
    this.fault.textContent = (verdict.kind === "refused" && verdict.words) || this.words.notReached;
  }
}
