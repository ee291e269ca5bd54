import type { Bytes } from "./bytes.js";
import { concat } from "./bytes.js";
import { Major } from "./cbor-reader.js";

const utf8 = new TextEncoder();
const short = Array.from({ length: 256 }, (_, first) => Uint8Array.of(first));

function head(major: number, argument: number): Bytes {
    const first = major << 5;
    if (argument < 24) {
        return short[first | argument] as Bytes;
    }
    if (argument < 0x100) {
        return Uint8Array.of(first | 24, argument);
    }
    if (argument < 0x1_0000) {
        return Uint8Array.of(first | 25, argument >> 8, argument & 0xff);
    }
    const wide = argument >= 2 ** 32;
    const bytes = new Uint8Array(wide ? 9 : 5);
    const view = new DataView(bytes.buffer);
    view.setUint8(0, first | (wide ? 27 : 26));
    if (wide) {
        view.setUint32(1, Math.floor(argument / 2 ** 32));
    }
    view.setUint32(wide ? 5 : 1, argument % 2 ** 32);
    return bytes;
}

/** CBOR in the core deterministic encoding, out of parts that are encoded already. */
export const cbor = {
    integer: (value: number): Bytes => (value < 0 ? head(Major.negative, -1 - value) : head(Major.unsigned, value)),
    bytes: (value: Uint8Array): Bytes => concat(head(Major.bytes, value.length), value),
    text: (value: string): Bytes => {
        const bytes = utf8.encode(value);
        return concat(head(Major.text, bytes.length), bytes);
    },
    array: (...items: readonly Uint8Array[]): Bytes => concat(head(Major.array, items.length), ...items),
    /** A map; the pairs stand in the order of their keys already. */
    map: (...pairs: readonly (readonly [key: Uint8Array, value: Uint8Array])[]): Bytes =>
        concat(head(Major.map, pairs.length), ...pairs.flat()),
    /** A map with integers as labels; pairs without a value are left out. */
    fields: (...pairs: readonly (readonly [label: number, value: Uint8Array | undefined])[]): Bytes => {
        const parts: Uint8Array[] = [];
        for (const [label, value] of pairs) {
            if (value !== undefined) {
                parts.push(cbor.integer(label), value);
            }
        }
        return concat(head(Major.map, parts.length / 2), ...parts);
    },
    tag: (number: number, item: Uint8Array): Bytes => concat(head(Major.tag, number), item),
    boolean: (value: boolean): Bytes => Uint8Array.of(value ? 0xf5 : 0xf4),
    null: (): Bytes => Uint8Array.of(0xf6),
};
