import { describe, expect, it } from "vitest";
import { fromHex } from "../src/bytes.js";
import { verifyWaybill } from "../src/verify-waybill.js";
import type { Unchecked } from "../src/waybill-report.js";
import { genuine } from "./altering.js";
import { publicKey } from "./vectors.js";

async function unchecked(name: string): Promise<Unchecked["what"][]> {
    const vector = genuine.find((each) => each.name === name);
    const report = await verifyWaybill(fromHex(vector?.bytes ?? ""), publicKey(vector?.with.authority));
    return report.unchecked.map(({ what }) => what);
}

/** What is told of the first waybill, and not of the second. */
const told: readonly (readonly [what: Unchecked["what"], of: string, notOf: string])[] = [
    [
        "statements beyond the registry shown",
        "more of the registry applied by the log's writer than is shown: said, not refused",
        "a reading, final",
    ],
    ["assignments not shown", "a reading, final", "an event: final by any archive"],
    ["what was in force", "a reading, final", "the log from its first entry on"],
    ["a head's time", "a gateway revoked without a last, after the head", "a gateway revoked with a last that the head does not pass"],
    ["a countersignature's time", "an archive revoked after its countersignature", "a reading, final"],
    ["nobody countersigned", "a reading that nobody countersigned", "a reading that only the cloud countersigned: provisional"],
    ["not final", "a reading that only the cloud countersigned: provisional", "a reading, final"],
    ["freshness", "an answer without its challenge", "a challenge, the answer and a later reading: fresh"],
    ["what a sealed entry says", "a sealed log's epoch and slot", "a reading, final"],
    ["entries before and between", "a reading, final", "the log from its first entry on"],
];

describe("A waybill's report", () => {
    it.each(told)("tells what could not be checked where it is so: %s", async (what, of, notOf) => {
        expect(await unchecked(of)).toContain(what);
        expect(await unchecked(notOf)).not.toContain(what);
    });

    it("tells that withdrawals may have been published since the status", async () => {
        expect(await unchecked("a reading, final")).toContain("withdrawals published since");
    });
});
