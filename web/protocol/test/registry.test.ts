import { describe, expect, it } from "vitest";
import { fromHex } from "../src/bytes.js";
import { Registry } from "../src/registry.js";
import { registrySays } from "./says.js";
import { publicKey, vectors } from "./vectors.js";

interface Sorted {
    parties: { since: number; kid: string }[];
    assignments: { index: number; sensor: string }[];
}

/** The order in which equals are listed says nothing. */
function sorted(says: Sorted): Sorted {
    return {
        ...says,
        parties: [...says.parties].sort((a, b) => a.since - b.since || a.kid.localeCompare(b.kid)),
        assignments: [...says.assignments].sort((a, b) => a.index - b.index || a.sensor.localeCompare(b.sensor)),
    };
}

describe("A registry, followed from its first entry", () => {
    it.each(vectors("registries"))("says what it must: $name", async ({ with: given, entries, says }) => {
        const registry = Registry.whole(publicKey(given.authority));
        for (const entry of entries) {
            await registry.append(fromHex(entry));
        }
        expect(sorted(registrySays(registry) as Sorted)).toEqual(sorted(says));
    });
});
