// Marks follow what is typed in a scheme. The server works them out again when the draft is saved, and its figures count.
"use strict";

(() => {
  const form = document.querySelector("[data-scheme]");
  if (!form) return;

  // Whole marks by weight: quotas rounded down, the rest to the largest remainders, ties to the earlier.
  const apportion = (total, weights) => {
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    if (!whole) return total ? null : weights.map(() => 0);
    const shares = weights.map((weight) => Math.floor((total * weight) / whole));
    const order = weights.map((_, place) => place);
    order.sort((a, b) => ((total * weights[b]) % whole) - ((total * weights[a]) % whole) || a - b);
    let rest = total - shares.reduce((sum, share) => sum + share, 0);
    for (const place of order) if (rest-- > 0) shares[place] += 1;
    return shares;
  };
  // A criterion meant for both sides keeps a mark on each when it has two.
  const split = (marks, percent) => {
    let theory = apportion(marks, [percent, 100 - percent])[0];
    if (percent > 0 && percent < 100 && marks > 1) theory = Math.min(Math.max(theory, 1), marks - 1);
    return [theory, marks - theory];
  };
  const field = (part, end) => part.querySelector(`[name$="${end}"]`);
  // Marks are typed and shown as marks, and worked with as whole mark units; so many make a mark.
  const parts = Number(form.dataset.parts);
  const whole = (input) => {
    const text = input.value.trim().replace(",", ".");
    const units = /^\d{1,5}(\.\d{1,2})?$/.test(text) ? Number(text) * ("marks" in input.dataset ? parts : 1) : null;
    const value = Number.isInteger(units) && units <= Number(input.dataset.most || 10000) ? units : null;
    input.classList.toggle("is-invalid", value === null);
    return value;
  };
  const show = (part, marks) => {
    const [theory, practical, others] = marks || ["–", "–", "–"];
    const figures = { theory, practical, others, total: marks ? theory + practical + others : "–" };
    part.querySelectorAll("[data-out]").forEach((output) => {
      const figure = figures[output.dataset.out];
      output.value = marks ? figure / parts : figure;
    });
  };
  const add = (all) => (all.includes(null) ? null : all.reduce(([a, b, c], [d, e, f]) => [a + d, b + e, c + f], [0, 0, 0]));
  // Marks that have no field here: theory, practical, and project with viva.
  const fixed = (part) => part.dataset.fixed.split(" ").map(Number);

  const shared = (unit, lines) => {
    const percents = lines.map((line) => whole(field(line, ".theory_percent")));
    const total = whole(field(unit.querySelector(".unit-marks"), ".marks"));
    const shares = total === null ? null : apportion(total, lines.map((line) => Number(field(line, ".importance").value)));
    return lines.map((_, place) => (shares && percents[place] !== null ? split(shares[place], percents[place]) : null));
  };
  const typed = (lines) => lines.map((line) => {
    const marks = [field(line, ".marks.theory"), field(line, ".marks.practical")].map(whole);
    return marks.includes(null) ? null : marks;
  });

  const recalculate = () => {
    const sums = [...form.querySelectorAll("[data-unit]")].map((unit) => {
      const lines = [...unit.querySelectorAll("[data-line]")];
      const byHand = unit.querySelector('[name$=".way"][value="typed"]').checked;
      const given = byHand ? typed(lines) : shared(unit, lines);
      const marks = given.map((own, place) => own && add([[...own, 0], fixed(lines[place])]));
      unit.classList.toggle("is-typed", byHand);
      lines.forEach((line, place) => {
        show(line, marks[place]);
        whole(field(line, ".theory_items"));
        if (byHand || !given[place]) return;
        field(line, ".marks.theory").value = given[place][0] / parts;
        field(line, ".marks.practical").value = given[place][1] / parts;
      });
      const sum = add([...marks, fixed(unit)]);
      show(unit.querySelector("[data-sum]"), sum);
      return sum;
    });
    show(form.querySelector(".figures-bar"), add(sums));
  };

  form.addEventListener("input", recalculate);
  form.addEventListener("change", recalculate);
  form.addEventListener("click", (event) => {
    const button = event.target.closest('[value^="set:"]');
    if (!button) return;
    event.preventDefault();
    const group = button.closest("[data-group]");
    for (let row = group.nextElementSibling; row && row.matches("[data-line]"); row = row.nextElementSibling) {
      for (const end of [".importance", ".theory_percent"]) field(row, end).value = field(group, end).value;
    }
    recalculate();
  });
  form.querySelectorAll('[value="recalculate"]').forEach((button) => { button.hidden = !button.matches(".visually-hidden"); });

  // Leaving with changes that are not saved asks first.
  let dirty = false;
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", () => { dirty = false; });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
})();
