import type { CborReader } from "./cbor-reader.js";
import { Limits } from "./limits.js";
import { refuse } from "./refusal.js";

const namePattern = /^[a-z0-9][a-z0-9-]*$/;

/** A party's enrolled name. */
export function readName(reader: CborReader): string {
    const name = reader.text(Limits.name);
    if (!namePattern.test(name)) {
        refuse("WrongText", "not a name");
    }
    return name;
}

export function isName(text: string): boolean {
    return text.length <= Limits.name && namePattern.test(text);
}
