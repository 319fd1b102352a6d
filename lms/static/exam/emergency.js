// When the network does not come back: the answers that wait as a file that only the site can open, bound to this
// sitting. A fresh P-256 key agrees with the site's public one; HKDF makes the AES-GCM key of it.

const FORMAT = "yogyata-answers-1";
const bytes = (text) => new TextEncoder().encode(text);
const base64 = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
const raw = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

export const canSeal = (key) => Boolean(key && window.crypto && crypto.subtle);

export async function seal({ key, keyId, sitting, number }, content) {
  const head = { format: FORMAT, sitting: String(sitting), number, key_id: keyId };
  const bound = bytes([FORMAT, head.sitting, number, keyId].join("\n"));
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const site = await crypto.subtle.importKey("spki", raw(key), curve, false, []);
  const own = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
  const agreed = await crypto.subtle.deriveBits({ name: "ECDH", public: site }, own.privateKey, 256);
  const [salt, iv] = [crypto.getRandomValues(new Uint8Array(32)), crypto.getRandomValues(new Uint8Array(12))];
  const base = await crypto.subtle.importKey("raw", agreed, "HKDF", false, ["deriveKey"]);
  const derived = { name: "HKDF", hash: "SHA-256", salt, info: bound };
  const secret = await crypto.subtle.deriveKey(derived, base, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound }, secret, bytes(JSON.stringify(content)));
  const point = await crypto.subtle.exportKey("raw", own.publicKey);
  return JSON.stringify({ ...head, point: base64(point), salt: base64(salt), iv: base64(iv), sealed: base64(sealed) });
}

export function hand(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
