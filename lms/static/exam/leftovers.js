// Answers that still wait at this device for a sitting whose page is not open: they are sent from whatever page
// of the site is open, whoever is signed in, the paper of the next candidate too. When the server has them all, a shared device forgets them.

import { marked, Outbox, unmark } from "./outbox.js";
import { forget, isOpen } from "./keep.js";
import { Sender } from "./sender.js";
import { letGo } from "./turn.js";
import { makeWire } from "./wire.js";

const LONGEST = 3 * 86400000; // ms after the last moment for sending: then a device keeps nothing for anybody

const here = document.documentElement.dataset.person || "";
const ended = document.querySelector("[data-exam-ended]");
const open = document.querySelector("[data-exam]");

for (const [sitting, person] of Object.entries(marked())) {
  if (!open || open.dataset.attempt !== sitting) sendLeft(sitting, person);
}

async function sendLeft(sitting, person) {
  const isEnded = Boolean(ended) && ended.dataset.examEnded === sitting;
  const isSat = !isEnded && (await isOpen(sitting)); // in another tab, which sends and lets go by itself
  const isOther = Boolean(here) && here !== person && !isSat;
  if (isOther || isEnded) await forget({ person, sitting });
  const outbox = await new Outbox(sitting, { person }).open();
  if (outbox.isRefused && !outbox.waiting.length) return; // it may be there all the same, and be read another time
  const { token, events, until } = outbox.record;
  if (!token || !events) {
    await outbox.wipe().catch(() => unmark(sitting));
    return;
  }
  const isOld = !isSat && Date.now() > Date.parse(until) + LONGEST; // by this device's clock, so the server is asked as well
  const send = makeWire({ sitting, device: () => outbox.record.device, token });
  const body = (batch) => ({ device: batch[0].device, epoch: batch[0].epoch, anchor_at: batch[0].anchor, events: batch.map(wire), waiting: outbox.waiting.length, mode: "later" });
  const sender = new Sender({ outbox, send, url: events, body, hear: tidy });
  async function tidy({ kind, body: said = {} } = {}) {
    if (said.last_seq !== undefined && (await outbox.heardLast(said.last_seq))) sender.soon(0);
    const isGone = isOld && kind === "signed_out";
    if (isGone || (!outbox.waiting.length && (isOther || isEnded || isOld))) await letGo(outbox, isEnded).catch(() => {});
  }
  await outbox.heardLast(0); // what waits for a number gets the next one; a reply says where that is used as well
  if (outbox.waiting.length) await sender.run();
  else await tidy();
}

function wire({ seq, number, place, elapsed_ms, wall }) { return { seq, number, place, elapsed_ms, wall_at: wall }; }
