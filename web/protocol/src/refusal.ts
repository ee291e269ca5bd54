/** Why something was refused (section 15). The numbers are on the wire and never change. */
export const Reason = {
    None: 0,
    TooLong: 1,
    Malformed: 2,
    NotDeterministic: 3,
    TrailingBytes: 4,
    UnexpectedHeader: 5,
    WrongAlgorithm: 6,
    NumberOutOfRange: 7,
    NotFinite: 8,
    WrongCount: 9,
    WrongText: 10,
    BadKey: 11,
    HighSignature: 12,
    BadSignature: 13,
    WrongLog: 20,
    WrongSize: 21,
    RootMismatch: 22,
    ProofFails: 23,
    Fork: 24,
    NotNext: 25,
    UnexpectedBlank: 26,
    UnknownKey: 40,
    WrongRole: 41,
    NotAssigned: 42,
    Revoked: 43,
    RegistryStale: 44,
    WrongSigner: 45,
    AlreadyEnrolled: 46,
    Contradiction: 47,
    NotRising: 60,
    Cloned: 61,
    WrongKind: 62,
    NoGeneration: 63,
    TooManyGenerations: 64,
    UnknownEpoch: 80,
    StepRepeated: 81,
    SealBroken: 82,
    NotForUs: 83,
    GrantMismatch: 84,
    SlotOverflow: 85,
    Expired: 100,
    UnknownHead: 101,
    CommandNotRising: 102,
    Unsafe: 103,
    NotAllowed: 104,
} as const;

export type ReasonName = keyof typeof Reason;

/** The one error of this library: what was given is refused, and why. */
export class Refusal extends Error {
    override readonly name = "Refusal";
    readonly reason: ReasonName;

    constructor(reason: ReasonName, detail: string) {
        super(`${reason}: ${detail}`);
        this.reason = reason;
    }

    /** The reason's number on the wire. */
    get number(): number {
        return Reason[this.reason];
    }
}

export function refuse(reason: ReasonName, detail: string): never {
    throw new Refusal(reason, detail);
}
