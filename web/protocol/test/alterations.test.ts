import { describe, expect, it } from "vitest";
import type { Bytes } from "../src/bytes.js";
import { concat, fromHex, toHex } from "../src/bytes.js";
import { cbor } from "../src/cbor-writer.js";
import type { Receipt } from "../src/receipt.js";
import { encodeReceipt } from "../src/receipt.js";
import { Refusal } from "../src/refusal.js";
import { verifyWaybill } from "../src/verify-waybill.js";
import type { Evidence, Waybill } from "../src/waybill.js";
import { decodeWaybill, encodeWaybill } from "../src/waybill.js";
import type { ReportedHead, WaybillReport } from "../src/waybill-report.js";
import { rememberSignatures } from "./remember-signatures.js";
import { publicKey, vectors } from "./vectors.js";

rememberSignatures();

const authority = publicKey("authority");
const genuine = vectors("waybills").filter(({ says }) => says !== undefined);
const whole = genuine.find(({ name }) => name === "a reading that nobody countersigned")?.bytes as string;

async function accepted(bytes: Bytes): Promise<WaybillReport | undefined> {
    try {
        return await verifyWaybill(bytes, authority);
    } catch (error) {
        if (error instanceof Refusal) {
            return undefined;
        }
        throw error;
    }
}

function flipped(bytes: Bytes, bit: number): Bytes {
    const altered = bytes.slice();
    altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
    return altered;
}

/** What a head proves: a signature over it stands in one of the genuine waybills. */
function proved(head: ReportedHead): string {
    return `${head.log.text} ${head.size} ${head.seconds} ${toHex(head.root)} ${head.writer.kid}`;
}

async function genuineReports(): Promise<WaybillReport[]> {
    return Promise.all(genuine.map(({ bytes }) => verifyWaybill(fromHex(bytes), authority)));
}

describe("An altered waybill", () => {
    it("is refused whichever single bit of it is flipped", async () => {
        const bytes = fromHex(whole);
        const passed: number[] = [];
        for (let bit = 0; bit < bytes.length * 8; bit++) {
            if ((await accepted(flipped(bytes, bit))) !== undefined) {
                passed.push(bit);
            }
        }
        expect(passed).toEqual([]);
    });

    it("is refused with sampled bits flipped, whatever it shows", async () => {
        const passed: string[] = [];
        for (const { name, bytes } of genuine) {
            const original = fromHex(bytes);
            for (let bit = 3; bit < original.length * 8; bit += 811) {
                if ((await accepted(flipped(original, bit))) !== undefined) {
                    passed.push(`${name}: bit ${bit}`);
                }
            }
        }
        expect(passed).toEqual([]);
    });

    it("is refused wherever it is cut off", async () => {
        const bytes = fromHex(whole);
        for (let length = 0; length < bytes.length; length++) {
            expect(await accepted(bytes.slice(0, length)), `${length} bytes`).toBeUndefined();
        }
    });

    it("is refused with any byte after it or before it", async () => {
        const bytes = fromHex(whole);
        for (let byte = 0; byte < 256; byte++) {
            expect(await accepted(concat(bytes, Uint8Array.of(byte))), `${byte} after`).toBeUndefined();
            expect(await accepted(concat(Uint8Array.of(byte), bytes)), `${byte} before`).toBeUndefined();
        }
    });
});

describe("Parts of genuine waybills put together", () => {
    it("prove no head and no entry that no genuine one proves", async () => {
        const reports = await genuineReports();
        const heads = new Set(reports.flatMap(({ log, registry }) => [proved(log), proved(registry)]));
        const parts = genuine.map(({ bytes }) => decodeWaybill(fromHex(bytes)));
        let together = 0;
        for (const [i, { log }] of parts.entries()) {
            const entries = new Set(reports[i]?.entries.map(({ index, bytes }) => `${index} ${toHex(bytes)}`));
            for (const { registry } of parts) {
                const report = await accepted(encodeWaybill({ log, registry }));
                if (report !== undefined) {
                    together++;
                    expect(heads).toContain(proved(report.log));
                    expect(heads).toContain(proved(report.registry));
                    for (const { index, bytes } of report.entries) {
                        expect(entries).toContain(`${index} ${toHex(bytes)}`);
                    }
                }
            }
        }
        expect(together).toBeGreaterThanOrEqual(parts.length);
    });

    it("are refused where log and registry change places", async () => {
        for (const { bytes } of genuine) {
            const { log, registry } = decodeWaybill(fromHex(bytes));
            expect(await accepted(encodeWaybill({ log: registry, registry: log }))).toBeUndefined();
            expect(await accepted(encodeWaybill({ log: registry, registry }))).toBeUndefined();
            expect(await accepted(encodeWaybill({ log, registry: log }))).toBeUndefined();
        }
    });

    it("are refused where two proofs, two entries or two countersignatures change places, or mean the same", async () => {
        for (const { bytes, says } of genuine) {
            const waybill = decodeWaybill(fromHex(bytes));
            for (const altered of exchanges(waybill)) {
                const report = await accepted(altered);
                if (report !== undefined) {
                    const kids = report.log.countersignatures.map(({ by }) => by.kid).sort();
                    expect(kids).toEqual(says.countersignatures.map(({ kid }: { kid: string }) => kid).sort());
                    expect(report.entries.map(({ index }) => index)).toEqual(
                        says.entries.map(({ index }: { index: number }) => index),
                    );
                }
            }
        }
    });

    it("say no more where a statement, an entry or a countersignature is left out", async () => {
        for (const [i, before] of (await genuineReports()).entries()) {
            const waybill = decodeWaybill(fromHex(genuine[i]?.bytes as string));
            const entries = new Set(before.entries.map(({ index, bytes }) => `${index} ${toHex(bytes)}`));
            for (const altered of omissions(waybill)) {
                const report = await accepted(altered);
                if (report !== undefined) {
                    expect(proved(report.log)).toBe(proved(before.log));
                    expect(proved(report.registry)).toBe(proved(before.registry));
                    expect(report.through).toBeLessThanOrEqual(before.through);
                    for (const { index, bytes } of report.entries) {
                        expect(entries).toContain(`${index} ${toHex(bytes)}`);
                    }
                }
            }
        }
    });
});

function rebuilt(evidence: Evidence, receipt: Partial<Receipt>, entries: readonly Bytes[] = evidence.entries): Bytes {
    return cbor.array(
        cbor.bytes(encodeReceipt({ ...evidence.receipt, ...receipt })),
        cbor.array(...entries.map((entry) => cbor.bytes(entry))),
    );
}

function original(evidence: Evidence): Bytes {
    return rebuilt(evidence, {});
}

/** Waybills of which one evidence is replaced by its alterations. */
function* altered({ log, registry }: Waybill, alter: (evidence: Evidence) => Iterable<Bytes>): Generator<Bytes> {
    for (const evidence of alter(log)) {
        yield cbor.array(cbor.integer(1), evidence, original(registry));
    }
    for (const evidence of alter(registry)) {
        yield cbor.array(cbor.integer(1), original(log), evidence);
    }
}

function exchanges(waybill: Waybill): Iterable<Bytes> {
    return altered(waybill, function* (evidence) {
        const { proofs, countersignatures } = evidence.receipt;
        for (const moved of neighboursExchanged(proofs)) {
            yield rebuilt(evidence, { proofs: moved });
        }
        for (const moved of neighboursExchanged(evidence.entries)) {
            yield rebuilt(evidence, {}, moved);
        }
        for (const moved of neighboursExchanged(countersignatures)) {
            yield rebuilt(evidence, { countersignatures: moved });
        }
    });
}

function omissions(waybill: Waybill): Iterable<Bytes> {
    return altered(waybill, function* (evidence) {
        const { proofs, countersignatures } = evidence.receipt;
        for (const i of proofs.keys()) {
            yield rebuilt(evidence, { proofs: without(proofs, i) }, without(evidence.entries, i));
        }
        for (const i of countersignatures.keys()) {
            yield rebuilt(evidence, { countersignatures: without(countersignatures, i) });
        }
    });
}

function* neighboursExchanged<T>(items: readonly T[]): Generator<T[]> {
    for (let i = 1; i < items.length; i++) {
        const moved = [...items];
        [moved[i - 1], moved[i]] = [moved[i] as T, moved[i - 1] as T];
        yield moved;
    }
}

function without<T>(items: readonly T[], i: number): T[] {
    return items.filter((_, at) => at !== i);
}
