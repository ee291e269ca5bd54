import { formatReadingNumber } from "../src/reading-number.js";
import type { Registry } from "../src/registry.js";
import type { Verdict } from "../src/verdict.js";
import type { ReportedCountersignature, WaybillReport } from "../src/waybill-report.js";

/** What a verdict says, in the vectors' words. */
export function verdictSays(verdict: Verdict): object {
    const { reading } = verdict;
    return {
        verdict: verdict.verdict,
        ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
        ...(verdict.clockWentBack ? { clockWentBack: true } : {}),
        ...(reading === undefined ? {} : { sensor: reading.sensor, number: formatReadingNumber(reading.number) }),
        ...(reading?.gap === undefined
            ? {}
            : {
                  freshness: reading.freshness,
                  gap: reading.gap.after === "nothing" ? "first" : reading.gap.after === "boot" ? "boot" : null,
                  missing: reading.gap.after === "nothing" ? 0 : reading.gap.missing,
              }),
    };
}

export function reportSays(report: WaybillReport): object {
    const { log, registry } = report;
    return {
        log: log.log.text,
        size: log.size,
        seconds: log.seconds,
        writer: { kid: log.writer.kid, name: log.writer.name },
        countersignatures: log.countersignatures.map(countersignatureSays),
        registry: registry.log.text,
        registrySize: registry.size,
        registrySeconds: registry.seconds,
        registryWriter: { kid: registry.writer.kid, name: registry.writer.name },
        registryCountersignatures: registry.countersignatures.map(countersignatureSays),
        through: report.through,
        entries: report.entries.map((entry) => ({
            index: entry.index,
            at: entry.at,
            ...verdictSays(entry.verdict),
            ...(entry.assignment === undefined ? {} : { subject: entry.assignment.subject }),
            final: entry.final,
            notAfterSeconds: entry.notAfterSeconds ?? null,
            misdatedMilliseconds: entry.misdatedMilliseconds,
        })),
    };
}

export function registrySays(registry: Registry): object {
    const latest = new Map(registry.assignments.map((assignment) => [assignment.sensor, assignment]));
    return {
        withoutEffect: registry.withoutEffect,
        authority: registry.authority ?? null,
        through: registry.status?.through ?? null,
        statusAt: registry.status?.index ?? null,
        parties: [...registry.parties].map(({ kid, role, name, index, withdrawal }) => ({
            kid,
            role,
            name,
            since: index,
            ...(withdrawal === undefined
                ? {}
                : {
                      withdrawn: withdrawal.since,
                      withdrawnAt: withdrawal.index,
                      hasLast: withdrawal.last !== undefined,
                  }),
        })),
        assignments: [...latest.values()].map(({ sensor, gateway, subject, index }) => ({
            sensor,
            gateway,
            subject,
            index,
        })),
        erased: registry.erasures.map(({ log, first, last }) => ({ log: log.text, first, last })),
    };
}

function countersignatureSays({ by, seconds, from, registrySize, counts }: ReportedCountersignature): object {
    return { kid: by.kid, name: by.name, seconds, from, registrySize, counts };
}
