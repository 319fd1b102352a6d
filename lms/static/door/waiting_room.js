// The waiting room: tests the device, counts down by the server's clock, and shows the button when the exam opens.

import { sayHere, testOffline, testSaving, testSpace, testStorage } from "./device_test.js";

const JITTER = 8000; // ms over which the buttons of a hall appear
const HERE = 30000; // ms after which the device tells again that it waits
const LOOKS = { works: "good", slow: "wait", look: "wait", online_only: "wait" };

const root = document.querySelector("[data-waiting-room]");
if (root) begin(root);

function begin(room) {
  const words = JSON.parse(room.dataset.words);
  const fill = (key, facts = {}) => Object.entries(facts).reduce((text, [name, value]) => text.replace(`{${name}}`, value), words[key] || "");
  let server = { server: Date.parse(room.dataset.now), at: performance.now() };
  const now = () => server.server + performance.now() - server.at;

  const test = room.querySelector("[data-device-test]");
  if (test) {
    test.hidden = false;
    const again = test.querySelector("[data-test-again]");
    const tell = (name, [word, advice, facts]) => {
      const line = test.querySelector(`[data-line="${name}"]`);
      const shown = line.querySelector("[data-word]");
      shown.textContent = words[word];
      shown.className = `state state-${LOOKS[word] || "plain"}`;
      line.querySelector("[data-advice]").textContent = fill(advice, facts);
    };
    const run = async () => {
      again.disabled = true;
      ["saving", "storage", "offline", "space", "clock"].forEach((name) => tell(name, ["testing", ""]));
      await Promise.all([
        testSaving(room.dataset.test, room.dataset.token).then((found) => {
          if (found.server) server = found.server;
          tell("saving", found.saving);
          tell("clock", found.clock);
        }),
        testStorage().then((found) => tell("storage", found)),
        testOffline(room.dataset.probe).then((found) => tell("offline", found)),
        testSpace().then((found) => tell("space", found)),
      ]);
      again.disabled = false;
      test.dataset.done = "yes";
    };
    again.addEventListener("click", run);
    run();
  }

  // The invigilator sees who waits. Whoever cannot tell it is told nothing: the test above says how the network is.
  const tellHere = async () => {
    try { await sayHere(room.dataset.test, room.dataset.token); } catch { /* told again in half a minute */ }
    setTimeout(tellHere, HERE);
  };
  if (test) setTimeout(tellHere, HERE);

  const notice = room.querySelector("[data-countdown]");
  if (!notice) return;
  const line = notice.querySelector("[data-countdown-words]");
  const opens = Date.parse(room.dataset.opens);
  const jitter = Math.random() * JITTER;
  const tick = () => {
    const left = opens - now();
    const seconds = Math.ceil(left / 1000);
    if (left + jitter <= 0) {
      notice.remove();
      room.querySelector("[data-start]").hidden = false;
      room.querySelector("[data-spoken]").textContent = fill("opened"); // who hears the page does not see the button come
      return;
    }
    let text = fill("opening");
    if (seconds > 60) text = fill("in_minutes", { minutes: Math.ceil(seconds / 60) });
    else if (seconds > 0) text = fill("in_seconds", { seconds });
    if (line.textContent !== text) line.textContent = text;
    setTimeout(tick, 250);
  };
  tick();
}
