// How the page looks at this device: size of the text, contrast, one question or all, letters as keys, and which
// language of a question is shown. A person's choice is kept on the device; the next one begins with the plain page, and
// who reads large print with large text.

const STORE = "yogyata-exam-display";
const FIRST = { text: "1", contrast: "plain", layout: "one", keys: "on", language: "both" };

export class Display {
  constructor(root, paper, { person, large }) {
    Object.assign(this, { root, paper });
    const before = kept();
    this.chosen = { ...FIRST, ...(before.person === person ? before : { person }) };
    if (large && this.chosen.large !== large) Object.assign(this.chosen, { text: "2", large });
    document.querySelectorAll("[data-display]").forEach((button) => button.addEventListener("click", () => {
      this.chosen[button.dataset.display] = button.value;
      keep(this.chosen);
      this.apply(button.dataset.display);
    }));
    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-shows-one]");
      if (button) showLanguage(button.closest("[data-question]"), button.value);
    });
    Object.keys(FIRST).forEach((name) => this.apply(name));
  }

  apply(name) {
    const value = this.chosen[name];
    if (name === "text") document.documentElement.dataset.text = value;
    if (name === "contrast") document.documentElement.dataset.contrast = value;
    if (name === "layout") this.paper.layOut(value === "all");
    if (name === "keys") this.paper.hasKeys = value === "on";
    if (name === "language") this.paper.questions.forEach((section) => showLanguage(section, value));
    document.querySelectorAll(`[data-display="${name}"]`).forEach((button) => button.setAttribute("aria-pressed", String(button.value === value)));
  }
}

function showLanguage(section, wished) {
  const buttons = [...section.querySelectorAll("[data-shows-one]")];
  if (!buttons.length) return;
  const language = buttons.some((button) => button.value === wished) ? wished : "both";
  section.dataset.shows = language;
  section.querySelectorAll("[data-version]").forEach((part) => { part.hidden = language !== "both" && part.dataset.version !== language; });
  buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.value === language)));
}

function kept() { try { return JSON.parse(localStorage.getItem(STORE)) || {}; } catch { return {}; } }
function keep(chosen) { try { localStorage.setItem(STORE, JSON.stringify(chosen)); } catch { /* chosen for this page alone */ } }
