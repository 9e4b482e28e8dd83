import { kindOf, type Look, lookAt } from "./sniff";

const bytesLookedAt = 128 * 1024;

async function firstBytes(file: File): Promise<{ bytes: Uint8Array; cut: boolean }> {
  if (!file.name.toLowerCase().endsWith(".gz")) {
    const bytes = new Uint8Array(await file.slice(0, bytesLookedAt).arrayBuffer());
    return { bytes, cut: file.size > bytesLookedAt };
  }
  const reader = file
    .stream()
    .pipeThrough(new DecompressionStream("gzip") as ReadableWritablePair<Uint8Array, Uint8Array<ArrayBuffer>>)
    .getReader();
  const parts: number[] = [];
  while (parts.length < bytesLookedAt) {
    const { value, done } = await reader.read();
    if (done) return { bytes: Uint8Array.from(parts), cut: false };
    for (const byte of value.subarray(0, bytesLookedAt - parts.length)) parts.push(byte);
  }
  await reader.cancel();
  return { bytes: Uint8Array.from(parts), cut: true };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** What the beginning of a file says; nothing is sent for it. */
export async function readLook(file: File): Promise<Look> {
  const kind = kindOf(file.name);
  const unread: Look = { kind, columns: [], rows: [] };
  if (!["csv", "json"].includes(kind) || file.name.toLowerCase().endsWith(".zst")) return unread;
  try {
    const { bytes, cut } = await firstBytes(file);
    return lookAt(file.name, decode(bytes), cut);
  } catch {
    return unread; // no gzip after all: the server says what it is
  }
}
