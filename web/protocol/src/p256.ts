import { toHex } from "./bytes.js";

const p = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const halfOrder = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n;

function integer(bytes: Uint8Array): bigint {
    return BigInt(`0x${toHex(bytes)}`);
}

/** Whether x and y are a point on P-256, below p. The point at infinity has no such form. */
export function isOnCurve(xBytes: Uint8Array, yBytes: Uint8Array): boolean {
    const x = integer(xBytes);
    const y = integer(yBytes);
    return x < p && y < p && (y * y - (x * x * x - 3n * x + b)) % p === 0n;
}

/** Whether a signature's s, its last 32 bytes, is above n/2. */
export function isHigh(signature: Uint8Array): boolean {
    return integer(signature.subarray(32)) > halfOrder;
}
