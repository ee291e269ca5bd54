import { decodeEntry, EntryKind } from "./entry.js";
import { decodeEvent, EventType } from "./event.js";
import type { ReportedEntry, ReportedHead, Unchecked, WaybillReport } from "./waybill-report.js";

/** Tells what could not be checked in a waybill that is accepted (section 11). */
export function uncheckedOf(report: Omit<WaybillReport, "unchecked">): Unchecked[] {
    const { log, registry, through, entries } = report;
    return [
        ...withdrawalsSince(log, through),
        ...(log.registrySize > registry.size
            ? [{ what: "statements beyond the registry shown", registrySize: log.registrySize } as const]
            : []),
        ...times(log),
        ...times(registry),
        ...(log.countersignatures.length === 0 ? [{ what: "nobody countersigned" } as const] : []),
        ...entries.flatMap((entry, i) => ofEntry(entry, entries.slice(0, i))),
        ...(entries.some(({ verdict }) => verdict.reading !== undefined)
            ? [{ what: "assignments not shown" } as const]
            : []),
        ...(entries.some(({ index }, i) => index !== i) ? [{ what: "entries before and between" } as const] : []),
    ];
}

function withdrawalsSince(log: ReportedHead, through: number): Unchecked[] {
    const latest = Math.max(log.seconds, ...log.countersignatures.map(({ seconds }) => seconds));
    return through < latest * 1000 ? [{ what: "withdrawals published since", through }] : [];
}

function times(head: ReportedHead): Unchecked[] {
    const { writer, countersignatures } = head;
    const onlyItsOwn = writer.withdrawal !== undefined && writer.withdrawal.last === undefined;
    return [
        ...(onlyItsOwn ? [{ what: "a head's time", kid: writer.kid } as const] : []),
        ...countersignatures
            .filter(({ by }) => by.withdrawal !== undefined)
            .map(({ by }) => ({ what: "a countersignature's time", kid: by.kid }) as const),
    ];
}

function ofEntry(entry: ReportedEntry, before: readonly ReportedEntry[]): Unchecked[] {
    const { index, verdict, final, bytes } = entry;
    const { kind } = decodeEntry(bytes);
    const found: Unchecked[] = [];
    if (!final) {
        found.push({ what: "not final", index });
    }
    if (kind === EntryKind.sealed || kind === EntryKind.epoch || kind === EntryKind.grant) {
        found.push({ what: "what a sealed entry says", index });
    }
    if (verdict.reading !== undefined) {
        if (!before.some(statesInForce)) {
            found.push({ what: "what was in force", index });
        }
        if (verdict.reading.freshness !== "fresh") {
            found.push({ what: "freshness", index });
        }
    }
    return found;
}

function statesInForce({ bytes }: ReportedEntry): boolean {
    const { kind, body } = decodeEntry(bytes);
    return kind === EntryKind.epoch || (kind === EntryKind.event && decodeEvent(body).type === EventType.inForce);
}
