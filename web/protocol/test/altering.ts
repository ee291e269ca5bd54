import type { Bytes } from "../src/bytes.js";
import { fromHex } from "../src/bytes.js";
import { Refusal } from "../src/refusal.js";
import { verifyWaybill } from "../src/verify-waybill.js";
import type { WaybillReport } from "../src/waybill-report.js";
import { publicKey, vectors } from "./vectors.js";

const authority = publicKey("authority");

/** The waybills that prove what they say. */
export const genuine = vectors("waybills").filter(({ says }) => says !== undefined);

/** The smallest of its kind, every bit of which is altered. */
export const whole = fromHex(
    genuine.find(({ name }) => name === "a reading that nobody countersigned")?.bytes as string,
);

/** What a waybill says, or nothing where it is refused. */
export async function accepted(bytes: Bytes): Promise<WaybillReport | undefined> {
    try {
        return await verifyWaybill(bytes, authority);
    } catch (error) {
        if (error instanceof Refusal) {
            return undefined;
        }
        throw error;
    }
}

export function flipped(bytes: Bytes, bit: number): Bytes {
    const altered = bytes.slice();
    altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
    return altered;
}

/** An altered waybill, how it was altered, and what it says if it is accepted. */
export interface Tried<T> {
    readonly by: T;
    readonly report: WaybillReport | undefined;
}

/** Goes through altered waybills, some at a time: while hashes and signatures are waited for others are read. */
export async function* tried<T>(alterations: Iterable<readonly [by: T, bytes: Bytes]>): AsyncGenerator<Tried<T>> {
    let pending: Promise<Tried<T>>[] = [];
    for (const [by, bytes] of alterations) {
        pending.push(accepted(bytes).then((report) => ({ by, report })));
        if (pending.length === 64) {
            yield* await Promise.all(pending);
            pending = [];
        }
    }
    yield* await Promise.all(pending);
}

/** How waybills were altered that are accepted nonetheless. */
export async function passing<T>(alterations: Iterable<readonly [by: T, bytes: Bytes]>): Promise<T[]> {
    const passed: T[] = [];
    for await (const { by, report } of tried(alterations)) {
        if (report !== undefined) {
            passed.push(by);
        }
    }
    return passed;
}
