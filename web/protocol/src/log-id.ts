import type { CborReader } from "./cbor-reader.js";
import { Limits } from "./limits.js";
import { refuse } from "./refusal.js";
import { isName } from "./text.js";

/** A log: who writes it, and which generation of it. */
export interface LogId {
    readonly name: string;
    readonly generation: number;
    /** Both in one text. */
    readonly text: string;
}

export function parseLogId(text: string): LogId {
    const slash = text.indexOf("/");
    const name = text.slice(0, slash);
    const generation = text.slice(slash + 1);
    if (slash < 0 || !isName(name) || !/^(0|[1-9][0-9]{0,9})$/.test(generation)) {
        return refuse("WrongText", "not a log-id");
    }
    return { name, generation: Number(generation), text };
}

export function readLogId(reader: CborReader): LogId {
    return parseLogId(reader.text(Limits.logId));
}
