import type { Bytes } from "./bytes.js";
import { equal } from "./bytes.js";
import { verifyCountersignature } from "./countersignature.js";
import { decodeEntry } from "./entry.js";
import { isFinal, readingAssignment } from "./finality.js";
import { verifyHead } from "./head.js";
import { Judge } from "./judge.js";
import type { PublicKey } from "./key.js";
import type { Kid } from "./kid.js";
import { refuse } from "./refusal.js";
import type { Party } from "./registry.js";
import { Registry } from "./registry.js";
import { Role } from "./role.js";
import { leafHash, rootFromProof } from "./tree.js";
import { uncheckedOf } from "./unchecked.js";
import type { Evidence } from "./waybill.js";
import { decodeWaybill } from "./waybill.js";
import type { ReportedCountersignature, ReportedEntry, ReportedHead, WaybillReport } from "./waybill-report.js";

const misdatedFrom = 120_000;

/** Checks a waybill from the authority's key alone; refuses the whole at the first that fails (section 11). */
export async function verifyWaybill(bytes: Bytes, authority: PublicKey): Promise<WaybillReport> {
    const waybill = decodeWaybill(bytes);
    const registry = await readStatements(waybill.registry, authority);
    const registryHead = waybill.registry.receipt.head;
    if (registryHead.log.text !== registry.log?.text) {
        refuse("WrongLog", "the registry's head is of another log");
    }
    if (registryHead.registrySize !== registryHead.size) {
        refuse("WrongSize", "the registry's head has another registry-size");
    }
    const { status } = registry;
    if (status === undefined) {
        return refuse("RegistryStale", "no complete status is shown");
    }
    const registrar = registry.headSigner(registryHead);
    const shownRegistry = await verifyEvidence(waybill.registry, registrar, registry);
    registry.extendTo(registryHead.size);

    const head = waybill.log.receipt.head;
    if (head.log.text === registryHead.log.text) {
        refuse("WrongLog", "the registry is no gateway's log");
    }
    const gateway = registry.gatewayHeadSigner(head);
    const shownLog = await verifyEvidence(waybill.log, gateway, registry);
    const entries = await judgeEntries(waybill.log, shownLog, registry);
    const report = { log: shownLog, registry: shownRegistry, through: status.through, entries };
    return { ...report, unchecked: uncheckedOf(report) };
}

/** Whether two waybills, each accepted, show a fork: one index of one log, and different entries. */
export function isFork(one: WaybillReport, other: WaybillReport): boolean {
    return (
        one.log.log.text === other.log.log.text &&
        one.entries.some((a) => other.entries.some((b) => a.index === b.index && !equal(a.bytes, b.bytes)))
    );
}

async function readStatements(evidence: Evidence, authority: PublicKey): Promise<Registry> {
    const registry = Registry.excerpt(authority);
    for (const [index, entry] of withIndexes(evidence)) {
        await registry.apply(index, entry);
    }
    return registry;
}

async function verifyEvidence(evidence: Evidence, writer: Party, registry: Registry): Promise<ReportedHead> {
    const { head } = evidence.receipt;
    const root = await rootOf(evidence);
    await verifyHead(head, root, writer.key);
    const countersignatures = await verifyCountersignatures(evidence, root, registry);
    const { log, size, seconds, registrySize } = head;
    return { log, size, seconds, registrySize, root, writer, countersignatures };
}

/** The one root to which all proofs lead. */
async function rootOf(evidence: Evidence): Promise<Bytes> {
    let root: Bytes | undefined;
    for (const [i, proof] of evidence.receipt.proofs.entries()) {
        const leaf = await leafHash(evidence.entries[i] as Bytes);
        const found = await rootFromProof(leaf, proof.index, proof.size, proof.path);
        if (root !== undefined && !equal(root, found)) {
            refuse("ProofFails", "the proofs lead to different roots");
        }
        root = found;
    }
    return root as Bytes;
}

async function verifyCountersignatures(
    { receipt }: Evidence,
    root: Bytes,
    registry: Registry,
): Promise<ReportedCountersignature[]> {
    const seen = new Set<Kid>();
    const reported: ReportedCountersignature[] = [];
    for (const countersignature of receipt.countersignatures) {
        const { kid, seconds, from, registrySize } = countersignature;
        const by = registry.party(kid) ?? refuse("UnknownKey", "a countersignature by a key that is not shown");
        await verifyCountersignature(countersignature, receipt.head, root, by.key);
        if (by.role !== Role.cloud && by.role !== Role.archive && by.role !== Role.app) {
            refuse("WrongRole", "a countersignature by neither cloud, archive nor app");
        }
        if (seen.has(kid)) {
            refuse("WrongCount", "two countersignatures by one key");
        }
        seen.add(kid);
        const counts = by.withdrawal === undefined || seconds * 1000 < by.withdrawal.since;
        reported.push({ by, seconds, from, registrySize, counts });
    }
    return reported;
}

async function judgeEntries(evidence: Evidence, head: ReportedHead, registry: Registry): Promise<ReportedEntry[]> {
    const judge = new Judge(head.log, registry);
    const counting = head.countersignatures.filter(({ counts }) => counts);
    const seconds = counting.map((countersignature) => countersignature.seconds);
    const notAfter = seconds.length > 0 ? { notAfterSeconds: Math.min(...seconds) } : {};
    const latest = Math.min(head.seconds, ...seconds) * 1000;
    const reported: ReportedEntry[] = [];
    for (const [index, bytes] of withIndexes(evidence)) {
        judge.blanksTo(index);
        const verdict = await judge.judge(bytes);
        if (verdict.verdict === "refused" || verdict.verdict === "pending") {
            refuse(verdict.reason ?? "Malformed", `entry ${index} is ${verdict.verdict}`);
        }
        const { at } = decodeEntry(bytes);
        const sensor = verdict.reading?.sensor;
        const assignment = sensor === undefined ? undefined : readingAssignment(registry, sensor, head.log.name, at);
        reported.push({
            index,
            at,
            bytes,
            verdict,
            ...(assignment === undefined ? {} : { assignment }),
            final: isFinal(registry, index, assignment, counting),
            ...notAfter,
            misdatedMilliseconds: at - latest > misdatedFrom ? at - latest : 0,
        });
    }
    return reported;
}

function* withIndexes(evidence: Evidence): Generator<[index: number, entry: Bytes]> {
    for (const [i, proof] of evidence.receipt.proofs.entries()) {
        yield [proof.index, evidence.entries[i] as Bytes];
    }
}
