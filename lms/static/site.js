// What every page does beyond its HTML; each page works without it.
"use strict";

// A main button clicked twice is clicked once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (button && button.dataset.confirm && !form.dataset.confirmed) {
    if (!window.confirm(button.dataset.confirm)) { event.preventDefault(); return; }
    form.dataset.confirmed = "yes";
  }
  // A form that answers with a download leaves the page as it is, and may be sent again.
  if (form.method !== "post" || "download" in form.dataset) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  setTimeout(() => form.querySelectorAll("button").forEach((b) => { if (!b.name) b.disabled = true; }), 0);
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("button").forEach((b) => { b.disabled = false; });
  });
});

// A square of the competence map tells its criterion; one with a page of its own leads there.
document.querySelectorAll("[data-cmap]").forEach((map) => {
  const caption = map.querySelector("[data-cmap-name]");
  const tell = (event) => {
    const square = event.target.closest("[data-name]");
    if (square && caption) caption.textContent = square.dataset.name;
  };
  map.addEventListener("mouseover", tell);
  map.addEventListener("focusin", tell);
  map.addEventListener("click", (event) => {
    const square = event.target.closest("svg [data-name]");
    if (!square) return;
    tell(event);
    if (square.getAttribute("href").startsWith("#")) event.preventDefault();
  });
});

// Back means back.
document.querySelectorAll("[data-back]").forEach((link) => {
  if (document.referrer.startsWith(location.origin)) {
    link.addEventListener("click", (event) => { event.preventDefault(); history.back(); });
  }
});

// A page of long work looks again until the work is done.
const refresh = document.querySelector("[data-refresh]");
if (refresh) setTimeout(() => location.reload(), Number(refresh.dataset.refresh) * 1000);

document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));

// Open menus close when one clicks elsewhere or presses Escape.
const closeMenus = (except) => document.querySelectorAll("details.menu[open]").forEach((menu) => { if (menu !== except) menu.open = false; });
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeMenus(null); });

// What this device keeps of lessons and exams is one person's: whoever else comes to a page finds none, and signing out
// takes it away. A paper stays where nobody is signed in: a session may end in the middle of an exam.
if ("caches" in window) {
  const { person } = document.documentElement.dataset;
  const forget = async (goes) => {
    const names = (await caches.keys()).filter((name) => /^yogyata-(lessons|exam)-/.test(name) && goes(name));
    await Promise.all(names.map((name) => caches.delete(name)));
    if (!names.some((name) => name.startsWith("yogyata-lessons-"))) return;
    const workers = await navigator.serviceWorker.getRegistrations();
    const isOfLessons = ({ active }) => Boolean(active && active.scriptURL.endsWith("/learn/worker.js"));
    await Promise.all(workers.filter(isOfLessons).map((worker) => worker.unregister()));
  };
  const leave = document.querySelector("[data-signs-out]");
  if (leave) {
    leave.addEventListener("submit", (event) => {
      event.preventDefault();
      forget(() => true).finally(() => leave.submit());
    });
  }
  const isOthers = (name) => (person ? name.split("-")[2] !== person : name.startsWith("yogyata-lessons-"));
  forget(isOthers).catch(() => {});
}

// Answers of an exam that wait on this device go out from whatever page is open; a paper sees to it itself.
try {
  if (localStorage.getItem("yogyata-exam-kept") && !document.querySelector("[data-exam]")) import("/static/exam/leftovers.js").catch(() => {});
} catch { /* nothing can be kept here, so nothing waits */ }
