// One request to the server: with the sitting's own token, never with a cookie, so that nobody's signing in or out and
// no stale form can stand between an answer and the server. The language of the page goes along, for what is refused.

import { judge } from "./receipts.js";

const PATIENCE = 20000; // ms; a request that hangs longer is tried again

// Each verdict says by its `turn` which request it answers: replies may overtake one another.
export function makeWire({ sitting, device, token }) {
  let turns = 0;
  return async function send(url, body, sent = []) {
    const turn = turns += 1;
    const alarm = new AbortController();
    const timer = setTimeout(() => alarm.abort(), PATIENCE);
    let reply = null;
    try {
      reply = await fetch(url, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json",
          "Accept-Language": document.documentElement.lang,
          Authorization: `Bearer ${token}`,
        },
        body: JSON.stringify(body),
        cache: "no-store",
        credentials: "omit",
        redirect: "manual",
        signal: alarm.signal,
      });
      return { ...await judge(reply, sitting, device(), sent), turn };
    } catch {
      return { kind: "away" };
    } finally {
      clearTimeout(timer);
    }
  };
}
