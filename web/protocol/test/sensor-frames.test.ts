import { describe, expect, it } from "vitest";
import type { Bytes } from "../src/bytes.js";
import { concat, fromHex } from "../src/bytes.js";
import { encodeSensorFrame, SensorFrames } from "../src/sensor-frames.js";

const challenge = fromHex("820048a0a1a2a3a4a5a6a7");
const farewell = concat(fromHex("fffe10"), new TextEncoder().encode("Revoked: sold it"));

function framesOf(...parts: readonly Bytes[]): object[] {
    const frames = new SensorFrames();
    return parts.flatMap((part) => [...frames.take(part)]);
}

describe("A stream of a sensor link", () => {
    it("has the same frames wherever it is cut", () => {
        const stream = concat(encodeSensorFrame(challenge), encodeSensorFrame(challenge), farewell);
        const message = { kind: "message", bytes: challenge };
        const expected = [message, message, { kind: "farewell", text: "Revoked: sold it" }];
        for (let cut = 0; cut <= stream.length; cut++) {
            expect(framesOf(stream.slice(0, cut), stream.slice(cut)), `cut at ${cut}`).toEqual(expected);
        }
    });

    it("may begin with its end", () => {
        expect(framesOf(farewell)).toEqual([{ kind: "farewell", text: "Revoked: sold it" }]);
    });

    it.each([
        ["of no bytes", "0000", "WrongSize"],
        ["of 4,097 bytes", "1001", "WrongSize"],
        ["of 65,535 bytes", "ffff", "WrongSize"],
        ["that says goodbye in other than printable ASCII", "fffe0107", "WrongText"],
        ["after a farewell", "fffe024142000100", "TrailingBytes"],
    ])("refuses a frame %s", (_, bytes, reason) => {
        expect(() => framesOf(fromHex(bytes))).toThrowError(expect.objectContaining({ reason }));
    });
});
