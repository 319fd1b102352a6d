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

// Lessons that this device keeps are one person's: whoever else comes to a page finds none, and signing out takes them away.
if ("caches" in window) {
  const { person } = document.documentElement.dataset;
  const forget = async (stays) => {
    const names = (await caches.keys()).filter((name) => name.startsWith("yogyata-lessons-") && !stays(name));
    if (!names.length) return;
    await Promise.all(names.map((name) => caches.delete(name)));
    const worker = await navigator.serviceWorker.getRegistration("/learn");
    if (worker) await worker.unregister();
  };
  const leave = document.querySelector("[data-signs-out]");
  if (leave) {
    leave.addEventListener("submit", (event) => {
      event.preventDefault();
      forget(() => false).finally(() => leave.submit());
    });
  }
  forget((name) => person && name.startsWith(`yogyata-lessons-${person}-`)).catch(() => {});
}
