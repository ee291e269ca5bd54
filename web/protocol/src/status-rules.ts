import type { Kid } from "./kid.js";
import { highestKid, lowestKid, nextKid } from "./kid.js";
import { refuse } from "./refusal.js";
import type { Party } from "./registry.js";
import type { Status } from "./statement.js";

/** Holds statuses, whole or in pages, to what is withdrawn (section 8). */
export class StatusRules {
    readonly #parties: ReadonlyMap<Kid, Party>;
    readonly #excerpt: boolean;
    #complete: { readonly through: number; readonly index: number } | undefined;
    #pages: { readonly through: number; readonly next: Kid } | undefined;

    /** In an excerpt a status may list keys that do not occur. */
    constructor(parties: ReadonlyMap<Kid, Party>, excerpt: boolean) {
        this.#parties = parties;
        this.#excerpt = excerpt;
    }

    get complete(): { readonly through: number; readonly index: number } | undefined {
        return this.#complete;
    }

    take(at: number, status: Status, index: number): void {
        const { through } = status;
        if (through > at || through < (this.#complete?.through ?? 0)) {
            refuse("Contradiction", "through is after the entry or before the status before");
        }
        const { first, last } = status.page ?? { first: lowestKid, last: highestKid };
        if (first !== lowestKid && (this.#pages?.next !== first || this.#pages.through !== through)) {
            refuse("NotNext", "not the page after the one before");
        }
        this.#compare(status.withdrawn, first, last);
        if (last === highestKid) {
            this.#complete = { through, index };
            this.#pages = undefined;
        } else {
            this.#pages = { through, next: nextKid(last) };
        }
    }

    #compare(listed: ReadonlyMap<Kid, number>, first: Kid, last: Kid): void {
        for (const [kid, since] of listed) {
            const party = this.#parties.get(kid);
            const doesNotOccur = party === undefined && this.#excerpt;
            if (!doesNotOccur && party?.withdrawal?.since !== since) {
                refuse("Contradiction", "a status that lists what is not withdrawn, or not then");
            }
        }
        for (const { kid, withdrawal } of this.#parties.values()) {
            if (withdrawal !== undefined && kid >= first && kid <= last && !listed.has(kid)) {
                refuse("Contradiction", "a status that leaves a withdrawal out");
            }
        }
    }
}
