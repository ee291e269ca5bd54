import type { Bytes } from "./bytes.js";
import { toHex } from "./bytes.js";
import type { Kid } from "./kid.js";

export type Freshness = "fresh" | "stale" | "unproven";

interface Challenge {
    readonly nonce: string;
    readonly at: number;
    /** Its place among the challenges of the log. */
    readonly order: number;
}

const known = 16;
const freshFor = 150_000;

/** The challenges of a log and what its sensors answered (section 14). Which is latest the log's order decides. */
export class Challenges {
    readonly #latest: Challenge[] = [];
    readonly #followed = new Map<Kid, Challenge>();
    #logged = 0;

    /** A challenge was logged. One that is known stays as old as it is. */
    logged(nonce: Bytes, at: number): void {
        const digits = toHex(nonce);
        if (this.#latest.some((challenge) => challenge.nonce === digits)) {
            return;
        }
        this.#latest.push({ nonce: digits, at, order: this.#logged++ });
        if (this.#latest.length > known) {
            this.#latest.shift();
        }
    }

    /** How fresh a reading is that counts, and what its sensor followed is kept. */
    judge(sensor: Kid, nonce: Bytes | undefined, arrival: number, fromStart: boolean): Freshness {
        const digits = nonce === undefined ? undefined : toHex(nonce);
        const answered = this.#latest.find((challenge) => challenge.nonce === digits);
        let follows = this.#followed.get(sensor);
        if (answered !== undefined && (follows === undefined || answered.order > follows.order)) {
            follows = answered;
            this.#followed.set(sensor, answered);
        }
        if (follows !== undefined) {
            return arrival - follows.at <= freshFor ? "fresh" : "stale";
        }
        return nonce !== undefined && (this.#logged > 0 || fromStart) ? "stale" : "unproven";
    }
}
