import type { Bytes } from "./bytes.js";
import { concat } from "./bytes.js";

export async function sha256(...parts: readonly Uint8Array[]): Promise<Bytes> {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...parts)));
}
