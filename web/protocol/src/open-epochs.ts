import type { EpochId } from "./envelope.js";
import { refuse } from "./refusal.js";

const open = 4;

/** The four latest epochs of a log, and the steps that were used in them. */
export class OpenEpochs {
    readonly #next = new Map<EpochId, number>();

    begin(epoch: EpochId, next = 0): void {
        if (this.#next.has(epoch)) {
            refuse("StepRepeated", "an epoch that began before");
        }
        this.#next.set(epoch, next);
        if (this.#next.size > open) {
            const [oldest] = this.#next.keys();
            this.#next.delete(oldest as EpochId);
        }
    }

    /** A step was used. Where not all of the log was judged, its epoch may have begun unseen. */
    step(epoch: EpochId, step: number, fromStart: boolean): void {
        const next = this.#next.get(epoch);
        if (next === undefined) {
            if (fromStart) {
                refuse("UnknownEpoch", "a slot of an epoch that is not open");
            }
            this.begin(epoch, step + 1);
            return;
        }
        if (step < next) {
            refuse("StepRepeated", "a step that was used before");
        }
        this.#next.set(epoch, step + 1);
    }
}
