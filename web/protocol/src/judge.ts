import type { Bytes } from "./bytes.js";
import type { Entry } from "./entry.js";
import { decodeEntry, EntryKind } from "./entry.js";
import { decodeEpoch, decodeGrant } from "./envelope.js";
import type { GenerationEvent, SealwayEvent } from "./event.js";
import { decodeEvent, EventType } from "./event.js";
import { Challenges } from "./freshness.js";
import type { LogId } from "./log-id.js";
import { OpenEpochs } from "./open-epochs.js";
import type { Reading } from "./reading.js";
import { decodeReading } from "./reading.js";
import { ReadingRules } from "./reading-rules.js";
import type { ReasonName } from "./refusal.js";
import { Refusal, refuse } from "./refusal.js";
import type { Registry } from "./registry.js";
import { decodeSealed } from "./sealed.js";
import type { SlotItem } from "./slot.js";
import type { JudgedReading, Verdict } from "./verdict.js";

/** A verdict before the clock is looked at; pending and doubtful ones with their reason. */
interface Finding {
    readonly verdict: "valid" | "pending" | "doubtful";
    readonly reason?: ReasonName;
    readonly reading?: JudgedReading;
}

const valid: Finding = { verdict: "valid" };

/** Judges a log's entries in their order, as the registry is known now (section 14). */
export class Judge {
    readonly #log: LogId;
    readonly #registry: Registry;
    readonly #readings: ReadingRules;
    readonly #challenges = new Challenges();
    readonly #epochs = new OpenEpochs();
    #form: "open" | "sealed" | undefined;
    #inForce: number | undefined;
    #latest = 0;
    #next = 0;
    #fromStart = true;

    constructor(log: LogId, registry: Registry) {
        this.#log = log;
        this.#registry = registry;
        this.#readings = new ReadingRules(log, registry, this.#challenges);
    }

    /** Passes over entries of which nothing but hashes is known. */
    blanksTo(index: number): void {
        if (index > this.#next) {
            this.#next = index;
            this.#fromStart = false;
        }
    }

    async judge(bytes: Bytes): Promise<Verdict> {
        const index = this.#next++;
        let entry: Entry | undefined;
        let reading: Reading | undefined;
        try {
            entry = decodeEntry(bytes);
            this.#gateway(index, entry.at);
            this.#place(index, entry);
            if (entry.kind === EntryKind.reading) {
                reading = decodeReading(entry.body);
            }
            const finding =
                reading === undefined
                    ? this.#body(entry)
                    : await this.#readings.judge(reading, entry.at, this.#inForce, this.#fromStart);
            const clockWentBack = entry.at < this.#latest;
            this.#trace(entry);
            return { ...finding, clockWentBack };
        } catch (error) {
            if (!(error instanceof Refusal)) {
                throw error;
            }
            return {
                verdict: "refused",
                reason: error.reason,
                ...(reading === undefined ? {} : { reading: { sensor: reading.kid, number: reading.number } }),
                clockWentBack: entry !== undefined && entry.at < this.#latest,
            };
        }
    }

    /** Judges the items of an opened slot, after the slot's entry itself. */
    async judgeItems(at: number, items: readonly SlotItem[]): Promise<Verdict[]> {
        const verdicts: Verdict[] = [];
        for (const item of items) {
            verdicts.push(await this.#item(at - item.before, item));
        }
        return verdicts;
    }

    async #item(arrival: number, item: SlotItem): Promise<Verdict> {
        const said = item.form === "reading" ? { sensor: item.reading.kid, number: item.reading.number } : undefined;
        try {
            if (arrival < 0) {
                refuse("NumberOutOfRange", "an item from before 1970");
            }
            if (item.form === "reading") {
                const finding = await this.#readings.judge(item.reading, arrival, this.#inForce, this.#fromStart);
                return { ...finding, clockWentBack: false };
            }
            if (item.form === "event") {
                if (item.event.type === EventType.generation) {
                    refuse("WrongKind", "a generation begins in clear");
                }
                this.#event(item.event, arrival);
            }
            return { ...valid, clockWentBack: false };
        } catch (error) {
            if (!(error instanceof Refusal)) {
                throw error;
            }
            return {
                verdict: "refused",
                reason: error.reason,
                ...(said === undefined ? {} : { reading: said }),
                clockWentBack: false,
            };
        }
    }

    /** The gateway, as the key that the log's name has now, was withdrawn. */
    #gateway(index: number, at: number): void {
        const withdrawal = this.#registry.present(this.#log.name)?.withdrawal;
        if (withdrawal === undefined) {
            return;
        }
        const { last } = withdrawal;
        const { generation } = this.#log;
        const after =
            last !== undefined && "generation" in last
                ? generation > last.generation || (generation === last.generation && index >= last.size)
                : at >= withdrawal.since;
        if (after) {
            refuse("Revoked", "the gateway was withdrawn before");
        }
    }

    #place(index: number, entry: Entry): void {
        if (index === 0 && entry.kind !== EntryKind.event) {
            refuse("NoGeneration", "entry 0 is the statement of the generation");
        }
        switch (entry.kind) {
            case EntryKind.reading:
                if (this.#form === "sealed") {
                    refuse("WrongKind", "a reading in a sealed log");
                }
                break;
            case EntryKind.sealed:
            case EntryKind.epoch:
            case EntryKind.grant:
                if (this.#form === "open") {
                    refuse("WrongKind", "something sealed in an open log");
                }
                break;
            case EntryKind.event:
                this.#eventPlace(index, decodeEvent(entry.body));
                break;
            default:
                refuse("WrongKind", `kind ${entry.kind} in a gateway's log`);
        }
    }

    #eventPlace(index: number, event: SealwayEvent): void {
        if (index === 0) {
            if (event.type !== EventType.generation || !this.#beginsGeneration(event)) {
                refuse("NoGeneration", "not the statement of this generation");
            }
            return;
        }
        switch (event.type) {
            case EventType.start:
            case EventType.lost:
                break;
            case EventType.generation:
            case EventType.labels:
            case EventType.epochBegan:
                refuse("WrongKind", "an event that does not belong here");
                break;
            default:
                if (this.#form === "sealed") {
                    refuse("WrongKind", "an event in clear in a sealed log");
                }
        }
    }

    #beginsGeneration(event: GenerationEvent): boolean {
        const { previous } = event;
        const { name, generation } = this.#log;
        return generation === 0
            ? previous === undefined
            : previous !== undefined && previous.log.name === name && previous.log.generation < generation;
    }

    #body(entry: Entry): Finding {
        switch (entry.kind) {
            case EntryKind.epoch: {
                const { epoch, registrySize } = decodeEpoch(entry.body);
                this.#epochs.begin(epoch);
                this.#inForce = Math.max(this.#inForce ?? 0, registrySize);
                break;
            }
            case EntryKind.sealed: {
                const { epoch, step } = decodeSealed(entry.body);
                this.#epochs.step(epoch, step, this.#fromStart);
                break;
            }
            case EntryKind.grant:
                decodeGrant(entry.body);
                break;
            default:
                this.#event(decodeEvent(entry.body), entry.at);
        }
        return valid;
    }

    #event(event: SealwayEvent, at: number): void {
        if (event.type === EventType.challenge) {
            this.#challenges.logged(event.nonce, at);
        }
        if (event.type === EventType.inForce) {
            if (event.registrySize < (this.#inForce ?? 0)) {
                refuse("Contradiction", "what is in force never falls");
            }
            this.#inForce = event.registrySize;
        }
    }

    /** What an entry that is not refused leaves for those after it. */
    #trace(entry: Entry): void {
        this.#latest = Math.max(this.#latest, entry.at);
        if (entry.kind !== EntryKind.event) {
            this.#form ??= entry.kind === EntryKind.reading ? "open" : "sealed";
        }
    }
}
