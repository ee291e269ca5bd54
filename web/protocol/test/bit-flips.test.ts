import { describe, expect, it } from "vitest";
import { flipped, passing, whole } from "./altering.js";
import { rememberSignatures } from "./remember-signatures.js";

rememberSignatures();

describe("A waybill", () => {
    it("is refused whichever single bit of it is flipped", async () => {
        const bits = Array.from({ length: whole.length * 8 }, (_, bit) => bit);
        expect(await passing(bits.map((bit) => [bit, flipped(whole, bit)] as const))).toEqual([]);
    });
});
