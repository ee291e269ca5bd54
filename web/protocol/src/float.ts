import type { Bytes } from "./bytes.js";

/** The value of a float of 2, 4 or 8 bytes. */
export function floatFromBits(bytes: Uint8Array): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    switch (bytes.length) {
        case 2:
            return halfFromBits(view.getUint16(0));
        case 4:
            return view.getFloat32(0);
        default:
            return view.getFloat64(0);
    }
}

/** The shortest float, head included, that holds a finite value. */
export function shortestFloat(value: number): Bytes {
    const half = halfToBits(value);
    if (half !== undefined) {
        return Uint8Array.of(0xf9, half >> 8, half & 0xff);
    }
    const single = Math.fround(value) === value;
    const bytes = new Uint8Array(single ? 5 : 9);
    const view = new DataView(bytes.buffer);
    if (single) {
        view.setUint8(0, 0xfa);
        view.setFloat32(1, value);
    } else {
        view.setUint8(0, 0xfb);
        view.setFloat64(1, value);
    }
    return bytes;
}

function halfFromBits(bits: number): number {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 0x3ff;
    if (exponent === 31) {
        return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    }
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The bits of a half that is exactly the value, if there is one. */
function halfToBits(value: number): number | undefined {
    const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
    const magnitude = Math.abs(value);
    if (magnitude > 65504) {
        return undefined;
    }
    if (magnitude < 2 ** -14) {
        const fraction = magnitude * 2 ** 24;
        return Number.isInteger(fraction) ? sign | fraction : undefined;
    }
    let exponent = Math.floor(Math.log2(magnitude));
    if (2 ** exponent > magnitude) {
        exponent--;
    } else if (2 ** (exponent + 1) <= magnitude) {
        exponent++;
    }
    const fraction = magnitude * 2 ** (10 - exponent) - 1024;
    return Number.isInteger(fraction) ? sign | ((exponent + 15) << 10) | fraction : undefined;
}
