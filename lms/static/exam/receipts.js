// What a reply says. A status proves nothing: a hotel's sign-in page, a proxy's copy or another page of the site answer
// 200 as well. Believed is only a receipt of this sitting, this device and this very record.

export async function judge(reply, sitting, device, sent) {
  if (!reply) return { kind: "away" };
  if (reply.redirected || reply.type === "opaqueredirect") return { kind: "strange" };
  let body = null;
  try { body = await reply.json(); } catch { /* a page, not a reply */ }
  if (!body || typeof body !== "object") return { kind: reply.status >= 500 ? "away" : "strange" };
  if (reply.status === 401) return { kind: "signed_out" };
  if (!reply.ok) return typeof body.words === "string" && reply.status < 500 ? { kind: "refused", status: reply.status, words: body.words } : { kind: "away" };
  const isMine = reply.headers.get("X-Yogyata-Receipt") === "1" && String(body.sitting) === String(sitting) && body.device === device;
  if (!isMine) return { kind: "strange" };
  const numbers = new Set(sent.map((event) => event.seq));
  const saved = listed(body.saved).filter((one) => numbers.has(one.seq) && typeof one.receipt === "string" && one.receipt.length >= 32);
  const refused = listed(body.refused).filter((one) => numbers.has(one.seq) && one.why);
  return { kind: "ours", body, saved, refused };
}

const listed = (value) => (Array.isArray(value) ? value : []);
