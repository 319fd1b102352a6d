// Which device this was in a sitting, and how many things were done at it: all that a device remembers of an exam that it
// has let go of. Should time be given later, it goes on in its turn, without a code. No answer is in it and nobody's name.

const STORE = "yogyata-exam-turns"; // in localStorage
const MOST = 30; // sittings that are remembered, the newest ones

// The numbers go on where they were, whichever tab lets go last.
export async function letGo(outbox, isEnded = true) {
  const { sitting, device, seq, clock } = outbox.record;
  const before = turnOf(sitting);
  const last = before && before.device === device ? Math.max(before.seq, seq) : seq;
  keep([...othersThan(sitting), { sitting, device, seq: last, at: clock && clock.now }].slice(-MOST));
  await outbox.wipe(isEnded);
}

// The turn that this device had, once: from then on the outbox knows it. Of a sitting that began after it, it is none: a
// site that is set up anew counts its sittings from 1 again.
export function takeTurn(sitting, started) {
  const turn = turnOf(sitting);
  if (!turn) return {};
  keep(othersThan(sitting));
  return Date.parse(turn.at) >= Date.parse(started) ? { device: turn.device, seq: turn.seq } : {};
}

function turns() { try { return [...JSON.parse(localStorage.getItem(STORE))]; } catch { return []; } }
function turnOf(sitting) { return turns().find((turn) => turn.sitting === sitting); }
function othersThan(sitting) { return turns().filter((turn) => turn.sitting !== sitting); }
function keep(some) { try { localStorage.setItem(STORE, JSON.stringify(some)); } catch { /* then a code lets it go on */ } }
