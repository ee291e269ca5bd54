import type { Bytes } from "./bytes.js";
import type { Kid } from "./kid.js";
import type { LogId } from "./log-id.js";
import type { Assignment, Party } from "./registry.js";
import type { Verdict } from "./verdict.js";

/** A countersignature that verifies: by whom, when, from which index, and whether it counts (section 7). */
export interface ReportedCountersignature {
    readonly by: Party;
    readonly seconds: number;
    readonly from: number;
    readonly registrySize: number;
    readonly counts: boolean;
}

/** A head that verifies, and who countersigned it. */
export interface ReportedHead {
    readonly log: LogId;
    readonly size: number;
    readonly seconds: number;
    readonly registrySize: number;
    readonly root: Bytes;
    readonly writer: Party;
    readonly countersignatures: readonly ReportedCountersignature[];
}

export interface ReportedEntry {
    readonly index: number;
    readonly at: number;
    readonly bytes: Bytes;
    readonly verdict: Verdict;
    /** Of a reading. */
    readonly assignment?: Assignment;
    readonly final: boolean;
    /** It existed by the end of this second; undefined where no countersignature counts. */
    readonly notAfterSeconds?: number;
    /** By how much its time is beyond the head's and the countersignatures'; 0 where it is not misdated. */
    readonly misdatedMilliseconds: number;
}

/** What a waybill does not show, and nobody can check from it alone (section 11). */
export type Unchecked =
    | { readonly what: "withdrawals published since"; readonly through: number }
    | { readonly what: "statements beyond the registry shown"; readonly registrySize: number }
    | { readonly what: "assignments not shown" }
    | { readonly what: "what was in force"; readonly index: number }
    | { readonly what: "a head's time"; readonly kid: Kid }
    | { readonly what: "a countersignature's time"; readonly kid: Kid }
    | { readonly what: "nobody countersigned" }
    | { readonly what: "not final"; readonly index: number }
    | { readonly what: "freshness"; readonly index: number }
    | { readonly what: "what a sealed entry says"; readonly index: number }
    | { readonly what: "entries before and between" };

/** What a waybill proves, as of the registry that it shows. */
export interface WaybillReport {
    readonly log: ReportedHead;
    readonly registry: ReportedHead;
    /** Of the latest complete status. */
    readonly through: number;
    readonly entries: readonly ReportedEntry[];
    readonly unchecked: readonly Unchecked[];
}
