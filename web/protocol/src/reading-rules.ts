import type { Challenges } from "./freshness.js";
import type { Kid } from "./kid.js";
import type { LogId } from "./log-id.js";
import { compareReadingNumbers } from "./reading-number.js";
import type { Reading } from "./reading.js";
import { sameSignedBytes, verifyReading } from "./reading.js";
import type { ReasonName } from "./refusal.js";
import { refuse } from "./refusal.js";
import type { Assignment, Party, Registry, Withdrawal } from "./registry.js";
import { Role } from "./role.js";
import type { Gap, JudgedReading } from "./verdict.js";

export interface ReadingFinding {
    readonly verdict: "valid" | "pending" | "doubtful";
    readonly reason?: ReasonName;
    readonly reading: JudgedReading;
}

/** Judges the readings of a log (section 14). */
export class ReadingRules {
    readonly #log: LogId;
    readonly #registry: Registry;
    readonly #challenges: Challenges;
    readonly #last = new Map<Kid, Reading>();

    constructor(log: LogId, registry: Registry, challenges: Challenges) {
        this.#log = log;
        this.#registry = registry;
        this.#challenges = challenges;
    }

    async judge(
        reading: Reading,
        arrival: number,
        inForce: number | undefined,
        fromStart: boolean,
    ): Promise<ReadingFinding> {
        const { kid, number, nonce } = reading;
        const said = { sensor: kid, number };
        const reason = this.#missing(reading, arrival, inForce);
        if (reason !== undefined) {
            if (inForce !== undefined && inForce <= this.#registry.size) {
                refuse(reason, "by all that is in force");
            }
            return { verdict: "pending", reason, reading: said };
        }
        const party = this.#registry.party(kid) as Party;
        this.#withdrawn(reading, arrival, party.withdrawal);
        const last = this.#last.get(kid);
        const order = last === undefined ? 1 : compareReadingNumbers(number, last.number);
        if (last !== undefined && (order < 0 || (order === 0 && sameSignedBytes(reading, last)))) {
            refuse("NotRising", "the number does not rise");
        }
        await verifyReading(reading, party.key);
        if (order === 0) {
            refuse("Cloned", "other content under a number that was used");
        }
        this.#last.set(kid, reading);
        const judged = {
            ...said,
            freshness: this.#challenges.judge(kid, nonce, arrival, fromStart),
            gap: gapAfter(last, reading),
        };
        return this.#isDoubtful(party.withdrawal, arrival, inForce)
            ? { verdict: "doubtful", reason: "Revoked", reading: judged }
            : { verdict: "valid", reading: judged };
    }

    /** What of enrolment and assignment is missing; a key of another role is refused. */
    #missing(reading: Reading, arrival: number, inForce: number | undefined): "UnknownKey" | "NotAssigned" | undefined {
        const counted = Math.min(inForce ?? Number.POSITIVE_INFINITY, this.#registry.size);
        const party = this.#registry.party(reading.kid);
        if (party === undefined || party.index >= counted) {
            return "UnknownKey";
        }
        if (party.role !== Role.sensor) {
            refuse("WrongRole", "not a sensor");
        }
        const assignments = this.#registry.assignmentsOf(reading.kid).filter(({ index }) => index < counted);
        const begun = assignments.filter(({ since }) => since <= arrival);
        const isHere = (assignment: Assignment | undefined): boolean => assignment?.gateway === this.#log.name;
        return isHere(assignments.at(-1)) || isHere(begun.at(-1)) ? undefined : "NotAssigned";
    }

    #withdrawn(reading: Reading, arrival: number, withdrawal: Withdrawal | undefined): void {
        if (withdrawal === undefined) {
            return;
        }
        const { last } = withdrawal;
        const after =
            last !== undefined && "reading" in last
                ? compareReadingNumbers(reading.number, last.reading) > 0
                : arrival >= withdrawal.since;
        if (after) {
            refuse("Revoked", "the sensor's key was withdrawn before");
        }
    }

    #isDoubtful(withdrawal: Withdrawal | undefined, arrival: number, inForce: number | undefined): boolean {
        return (
            withdrawal?.last !== undefined &&
            ((inForce !== undefined && inForce > withdrawal.index) || arrival >= withdrawal.since)
        );
    }
}

function gapAfter(last: Reading | undefined, reading: Reading): Gap {
    if (last === undefined) {
        return { after: "nothing" };
    }
    const { boot, sequence } = reading.number;
    return boot === last.number.boot
        ? { after: "number", missing: sequence - last.number.sequence - 1 }
        : { after: "boot", missing: sequence };
}
