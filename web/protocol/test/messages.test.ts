import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../src/bytes.js";
import { takers } from "./kinds.js";
import type { Vector } from "./vectors.js";
import { vectors } from "./vectors.js";

const files = [
    "keys",
    "readings",
    "entries",
    "events",
    "statements",
    "heads",
    "sealing",
    "commands",
    "following",
    "sensor-link",
];

function take({ kind, bytes, with: given }: Vector) {
    const taker = takers[kind];
    if (taker === undefined) {
        throw new Error(`no reader for ${kind}`);
    }
    return taker(fromHex(bytes), given);
}

describe.each(files)("A message of %s", (file) => {
    it.each(vectors(file))("says what it must and is written again in the same bytes: $name", async (vector) => {
        const { says, again } = await take(vector);
        expect(says).toEqual(vector.says);
        expect(toHex(again)).toBe(vector.bytes);
    });
});

describe("A message that must be refused", () => {
    it.each(vectors("refusals"))("is refused for the reason that it must: $name", async (vector) => {
        await expect(take(vector)).rejects.toMatchObject({ reason: vector.reason, number: vector.number });
    });
});
