import { describe, expect, it } from "vitest";
import { fromHex } from "../src/bytes.js";
import { Challenges } from "../src/freshness.js";

const first = fromHex("0101010101010101");
const second = fromHex("0202020202020202");

describe("A sensor that answered two challenges, between which the clock went back", () => {
    it("follows the one that was logged later, whichever it answered last", () => {
        for (const [one, other] of [
            [first, second],
            [second, first],
        ] as const) {
            const challenges = new Challenges();
            challenges.logged(first, 300_000);
            challenges.logged(second, 100_000);
            challenges.judge("sensor", one, 301_000, true);
            expect(challenges.judge("sensor", other, 302_000, true)).toBe("stale");
        }
    });
});
