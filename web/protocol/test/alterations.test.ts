import { describe, expect, it } from "vitest";
import type { Bytes } from "../src/bytes.js";
import { concat, fromHex, toHex } from "../src/bytes.js";
import { cbor } from "../src/cbor-writer.js";
import type { Receipt } from "../src/receipt.js";
import { encodeReceipt } from "../src/receipt.js";
import { verifyWaybill } from "../src/verify-waybill.js";
import type { Evidence, Waybill } from "../src/waybill.js";
import { decodeWaybill } from "../src/waybill.js";
import type { ReportedHead, WaybillReport } from "../src/waybill-report.js";
import { flipped, genuine, passing, tried, whole } from "./altering.js";
import { rememberSignatures } from "./remember-signatures.js";
import { publicKey } from "./vectors.js";

rememberSignatures();

const parts = genuine.map(({ name, bytes }) => ({ name, ...decodeWaybill(fromHex(bytes)) }));

/** What a head proves: a signature over it stands in one of the genuine waybills. */
function proved(head: ReportedHead): string {
    return `${head.log.text} ${head.size} ${head.seconds} ${toHex(head.root)} ${head.writer.kid}`;
}

function shown(report: WaybillReport | undefined): Set<string> {
    return new Set(report?.entries.map(({ index, bytes }) => `${index} ${toHex(bytes)}`));
}

async function genuineReports(): Promise<WaybillReport[]> {
    return Promise.all(genuine.map(({ bytes }) => verifyWaybill(fromHex(bytes), publicKey("authority"))));
}

describe("An altered waybill", () => {
    it("is refused with sampled bits flipped, whatever it shows", async () => {
        function* sampled(): Generator<[string, Bytes]> {
            for (const { name, bytes } of genuine) {
                const original = fromHex(bytes);
                for (let bit = 3; bit < original.length * 8; bit += 811) {
                    yield [`${name}: bit ${bit}`, flipped(original, bit)];
                }
            }
        }
        expect(await passing(sampled())).toEqual([]);
    });

    it("is refused wherever it is cut off", async () => {
        const lengths = Array.from(whole, (_, length) => length);
        expect(await passing(lengths.map((length) => [length, whole.slice(0, length)] as const))).toEqual([]);
    });

    it("is refused with any byte after it or before it", async () => {
        const all = Array.from({ length: 256 }, (_, byte) => byte);
        const after = all.map((byte) => [`${byte} after`, concat(whole, Uint8Array.of(byte))] as const);
        const before = all.map((byte) => [`${byte} before`, concat(Uint8Array.of(byte), whole)] as const);
        expect(await passing([...after, ...before])).toEqual([]);
    });
});

describe("Parts of genuine waybills put together", () => {
    it("prove no head and no entry that no genuine one proves", async () => {
        const reports = await genuineReports();
        const heads = new Set(reports.flatMap(({ log, registry }) => [proved(log), proved(registry)]));
        const entries = reports.map(shown);
        const logs = parts.map(({ log }) => original(log));
        const registries = parts.map(({ registry }) => original(registry));
        function* recombined(): Generator<[number, Bytes]> {
            for (const [i, log] of logs.entries()) {
                for (const registry of registries) {
                    yield [i, together(log, registry)];
                }
            }
        }
        let accepted = 0;
        for await (const { by, report } of tried(recombined())) {
            if (report !== undefined) {
                accepted++;
                expect(heads).toContain(proved(report.log));
                expect(heads).toContain(proved(report.registry));
                expect([...shown(report)].filter((entry) => !entries[by]?.has(entry))).toEqual([]);
            }
        }
        expect(accepted).toBeGreaterThanOrEqual(parts.length);
    });

    it("are refused where log and registry change places", async () => {
        function* exchanged(): Generator<[string, Bytes]> {
            for (const { name, log, registry } of parts) {
                const [one, other] = [original(log), original(registry)];
                yield [`${name}: both`, together(other, one)];
                yield [`${name}: the registry alone`, together(other, other)];
                yield [`${name}: the log alone`, together(one, one)];
            }
        }
        expect(await passing(exchanged())).toEqual([]);
    });

    it("are refused where two proofs, two entries or two countersignatures change places, or mean the same", async () => {
        for (const [i, waybill] of parts.entries()) {
            const says = genuine[i]?.says;
            for await (const { report } of tried(exchanges(waybill))) {
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
            const entries = shown(before);
            for await (const { report } of tried(omissions(parts[i] as Waybill))) {
                if (report !== undefined) {
                    expect(proved(report.log)).toBe(proved(before.log));
                    expect(proved(report.registry)).toBe(proved(before.registry));
                    expect(report.through).toBeLessThanOrEqual(before.through);
                    expect([...shown(report)].filter((entry) => !entries.has(entry))).toEqual([]);
                }
            }
        }
    });
});

function together(log: Bytes, registry: Bytes): Bytes {
    return cbor.array(cbor.integer(1), log, registry);
}

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
function* altered(
    { log, registry }: Waybill,
    alter: (evidence: Evidence) => Iterable<Bytes>,
): Generator<["log" | "registry", Bytes]> {
    const [unalteredLog, unalteredRegistry] = [original(log), original(registry)];
    for (const evidence of alter(log)) {
        yield ["log", together(evidence, unalteredRegistry)];
    }
    for (const evidence of alter(registry)) {
        yield ["registry", together(unalteredLog, evidence)];
    }
}

function exchanges(waybill: Waybill): Iterable<[string, Bytes]> {
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

function omissions(waybill: Waybill): Iterable<[string, Bytes]> {
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
