/** Lets the same be hashed, imported and verified once: alterations leave most of a waybill as it is. */
export function rememberSignatures(): void {
    const { subtle } = crypto;
    const digest = subtle.digest.bind(subtle);
    const importKey = subtle.importKey.bind(subtle) as (...given: unknown[]) => Promise<CryptoKey>;
    const verify = subtle.verify.bind(subtle);

    const digests = new Map<string, Promise<ArrayBuffer>>();
    const keys = new Map<string, Promise<CryptoKey>>();
    const verified = new Map<CryptoKey, Map<string, Promise<boolean>>>();

    Object.assign(subtle, {
        digest: (algorithm: string, data: BufferSource) =>
            remembered(digests, text(data), () => digest(algorithm, data)),
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
