// The grid of an answer sheet: a letter moves on. Without this the fields are filled and saved all the same.
"use strict";

const grid = document.querySelector("[data-paper-grid]");
if (grid) {
  const fields = [...grid.querySelectorAll("input")];
  const counter = document.querySelector("[data-paper-count]");
  const count = () => { counter.textContent = counter.dataset.paperCount.replace("{n}", fields.filter((field) => field.value).length); };
  const go = (place) => { const field = fields[place]; if (field) { field.focus(); field.select(); } };
  const signOf = (field, typed) => {
    const sign = typed === " " || typed === "–" ? "-" : typed.toUpperCase();
    return sign === "-" || field.dataset.letters.includes(sign) ? sign : "";
  };
  const put = (place, typed) => {
    const field = fields[place];
    field.value = signOf(field, typed);
    field.classList.toggle("is-invalid", !field.value && typed !== "");
    return field.value !== "";
  };
  grid.addEventListener("input", (event) => {
    const place = fields.indexOf(event.target);
    if (event.target.value && put(place, event.target.value)) go(place + 1);
    count();
  });
  grid.addEventListener("paste", (event) => {
    event.preventDefault();
    const signs = [...event.clipboardData.getData("text").replace(/[\s,;]/g, "")];
    let place = fields.indexOf(event.target);
    for (const sign of signs) { if (place >= fields.length || !put(place, sign)) break; place += 1; }
    go(Math.min(place, fields.length - 1));
    count();
  });
  grid.addEventListener("keydown", (event) => {
    const place = fields.indexOf(event.target);
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -5, ArrowDown: 5 };
    if (event.key in steps) { event.preventDefault(); go(place + steps[event.key]); }
    if (event.key === "Backspace" && !event.target.value) { event.preventDefault(); go(place - 1); }
    // The last field is followed by what is saved with the sheet, so Enter does not send it half typed.
    if (event.key === "Enter" && fields.some((field) => !field.value)) { event.preventDefault(); go(fields.findIndex((field) => !field.value)); }
  });
  grid.addEventListener("focusin", (event) => event.target.select());
  count();
}
