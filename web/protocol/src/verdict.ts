import type { Freshness } from "./freshness.js";
import type { Kid } from "./kid.js";
import type { ReadingNumber } from "./reading-number.js";
import type { ReasonName } from "./refusal.js";

/** What is missing before a reading: nothing is known of it, a boot changed, or so many numbers are not there. */
export type Gap = { readonly after: "nothing" } | { readonly after: "boot" | "number"; readonly missing: number };

/** What a reading's entry says beside its verdict. */
export interface JudgedReading {
    readonly sensor: Kid;
    readonly number: ReadingNumber;
    /** Of a valid or doubtful one. */
    readonly freshness?: Freshness;
    readonly gap?: Gap;
}

/** What is to be held of an entry (section 14). */
export interface Verdict {
    readonly verdict: "valid" | "pending" | "refused" | "doubtful";
    /** Why, of one that is not valid. */
    readonly reason?: ReasonName;
    readonly reading?: JudgedReading;
    /** The entry's time is before an earlier entry's. */
    readonly clockWentBack: boolean;
}
