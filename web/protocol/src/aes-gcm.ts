import type { Bytes } from "./bytes.js";
import { refuse } from "./refusal.js";

/** Opens AES-256-GCM with the tag at the end of the ciphertext. */
export async function openAesGcm(key: Bytes, iv: Bytes, additionalData: Bytes, ciphertext: Bytes): Promise<Bytes> {
    const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
    try {
        return new Uint8Array(
            await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, imported, ciphertext),
        );
    } catch {
        return refuse("SealBroken", "the ciphertext does not open");
    }
}
