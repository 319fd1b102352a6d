// All questions at a glance: answered, flagged, not seen yet; and before handing in, what is still open.

import { fill } from "./words.js";

export class Palette {
  constructor(root, paper, words) {
    Object.assign(this, { root, paper, words });
    this.links = new Map([...root.querySelectorAll(".palette [data-go]")].map((link) => [link.dataset.go, link]));
    this.count = root.querySelector("[data-answered]");
    this.review = root.querySelector("[data-review]");
    this.lists = root.querySelector("[data-review-lists]");
    paper.onChange(() => this.paint());
  }

  paint() {
    const { paper, words } = this;
    let answered = 0;
    paper.questions.forEach((section) => {
      const name = section.dataset.question;
      const link = this.links.get(name);
      const [isAnswered, isFlagged, isSeen] = [paper.isAnswered(section), paper.flags.includes(name), paper.seen.includes(name)];
      answered += isAnswered;
      link.classList.toggle("is-answered", isAnswered);
      link.classList.toggle("is-flagged", isFlagged);
      link.classList.toggle("is-unseen", !isSeen && !isAnswered);
      if (section === paper.current) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
      const told = [isAnswered && words.answered, isFlagged && words.flagged, !isSeen && !isAnswered && words.unseen].filter(Boolean);
      link.querySelector("[data-state-word]").textContent = told.length ? ` (${told.join(", ")})` : "";
      section.querySelector("[data-flag]").setAttribute("aria-pressed", String(isFlagged));
    });
    this.count.textContent = answered;
    this.paintReview();
  }

  paintReview() {
    const { open, flags } = this.paper;
    this.review.textContent = open.length ? fill(this.words.openCount, { count: open.length, total: this.paper.questions.length }) : this.words.allAnswered;
    this.lists.replaceChildren();
    this.list(this.words.open, open);
    this.list(this.words.flaggedList, [...flags].sort((one, other) => one - other));
  }

  list(word, names) {
    if (!names.length) return;
    const line = document.createElement("p");
    line.className = "review-list";
    line.append(`${word} `);
    names.forEach((name) => {
      const link = document.createElement("a");
      link.href = `#q${name}`;
      link.dataset.go = name;
      link.textContent = name;
      line.append(link, " ");
    });
    this.lists.append(line);
  }
}
