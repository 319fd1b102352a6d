// Sentences of the page, in its language, with their facts filled in.

export const fill = (words, facts) => words.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

// Says something to a screen reader, and shows it at the foot of the page, where it moves nothing. What comes back hides it
// once it is not true any more.
export function makeTeller(root) {
  const spoken = document.querySelector("[data-spoken]");
  const box = document.querySelector("[data-told]");
  const shown = box.querySelector("[data-told-words]");
  box.querySelector("[data-told-close]").addEventListener("click", () => { box.hidden = true; });
  return function tell(words, { isShown = true } = {}) {
    spoken.textContent = "";
    setTimeout(() => { spoken.textContent = words; }, 50); // the same words twice are spoken twice
    if (!isShown) return () => {};
    shown.textContent = words;
    box.hidden = false;
    return () => { if (shown.textContent === words) box.hidden = true; };
  };
}
