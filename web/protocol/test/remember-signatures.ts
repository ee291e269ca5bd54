import { createHash } from "node:crypto";

/**
 * Lets the same be imported and verified once: alterations leave most of a waybill as it is.
 * What is hashed is short, so that it is hashed at once rather than on another thread.
 */
export function rememberSignatures(): void {
    const { subtle } = crypto;
    const importKey = subtle.importKey.bind(subtle) as (...given: unknown[]) => Promise<CryptoKey>;
    const verify = subtle.verify.bind(subtle);

    const keys = new Map<string, Promise<CryptoKey>>();
    const verified = new Map<CryptoKey, Map<string, Promise<boolean>>>();

    Object.assign(subtle, {
        digest: async (_: "SHA-256", data: Uint8Array) => new Uint8Array(createHash("sha256").update(data).digest()).buffer,
        importKey: (format: string, raw: BufferSource, ...more: unknown[]) =>
            remembered(keys, text(raw), () => importKey(format, raw, ...more)),
        verify: (algorithm: EcdsaParams, key: CryptoKey, signature: BufferSource, data: BufferSource) => {
            const ofKey = verified.get(key) ?? new Map<string, Promise<boolean>>();
            verified.set(key, ofKey);
            return remembered(ofKey, text(signature) + text(data), () => verify(algorithm, key, signature, data));
        },
    });
}

function remembered<T>(known: Map<string, Promise<T>>, by: string, make: () => Promise<T>): Promise<T> {
    let result = known.get(by);
    if (result === undefined) {
        result = make();
        known.set(by, result);
    }
    return result;
}

function text(source: BufferSource): string {
    const bytes = source as Uint8Array;
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
