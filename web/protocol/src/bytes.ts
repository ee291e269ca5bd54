export type Bytes = Uint8Array<ArrayBuffer>;

export function concat(...parts: readonly Uint8Array[]): Bytes {
    let length = 0;
    for (const part of parts) {
        length += part.length;
    }
    const whole = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
        whole.set(part, at);
        at += part.length;
    }
    return whole;
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
    if (a.length !== b.length) {
        return false;
    }
    for (let i = 0; i < a.length; i++) {
        if (a[i] !== b[i]) {
            return false;
        }
    }
    return true;
}

/** Bytewise order; a prefix comes first. */
export function compare(a: Uint8Array, b: Uint8Array): number {
    const shared = Math.min(a.length, b.length);
    for (let i = 0; i < shared; i++) {
        const difference = (a[i] as number) - (b[i] as number);
        if (difference !== 0) {
            return difference;
        }
    }
    return a.length - b.length;
}

const pairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function toHex(bytes: Uint8Array): string {
    let digits = "";
    for (const byte of bytes) {
        digits += pairs[byte];
    }
    return digits;
}

export function fromHex(digits: string): Bytes {
    if (!/^([0-9a-fA-F]{2})*$/.test(digits)) {
        throw new RangeError("not pairs of hexadecimal digits");
    }
    const bytes = new Uint8Array(digits.length / 2);
    for (let i = 0; i < bytes.length; i++) {
        bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
    }
    return bytes;
}

export function ascii(text: string): Bytes {
    return new TextEncoder().encode(text);
}

export function uint32(bytes: Uint8Array, at: number): number {
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
}
