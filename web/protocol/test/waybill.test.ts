import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../src/bytes.js";
import { isFork, verifyWaybill } from "../src/verify-waybill.js";
import { decodeWaybill, encodeWaybill } from "../src/waybill.js";
import { reportSays } from "./says.js";
import { publicKey, vectors } from "./vectors.js";

const waybills = vectors("waybills");
const accepted = waybills.filter(({ says }) => says !== undefined);
const refused = waybills.filter(({ says }) => says === undefined);

describe("A waybill that proves what it says", () => {
    it.each(accepted)("is accepted and says what it must: $name", async ({ with: given, bytes, says }) => {
        const report = await verifyWaybill(fromHex(bytes), publicKey(given.authority));
        expect(reportSays(report)).toEqual(says);
    });

    it.each(accepted)("is written again in the same bytes: $name", ({ bytes }) => {
        expect(toHex(encodeWaybill(decodeWaybill(fromHex(bytes))))).toBe(bytes);
    });

    it("is a fork with the other side of the fork, and with no other", async () => {
        const reportOf = async (name: string) => {
            const vector = accepted.find((each) => each.name === name);
            return verifyWaybill(fromHex(vector?.bytes ?? ""), publicKey("authority"));
        };
        const one = await reportOf("one side of a fork");
        const other = await reportOf("the other side of the fork");
        expect(isFork(one, other)).toBe(true);
        expect(isFork(one, one)).toBe(false);
    });
});

describe("A waybill that does not prove what it says", () => {
    it.each(refused)("is refused for the reason that it must: $name", async ({ with: given, bytes, reason, number }) => {
        const verification = verifyWaybill(fromHex(bytes), publicKey(given.authority));
        await expect(verification).rejects.toMatchObject({ reason, number });
    });
});
