import type { CborReader } from "./cbor-reader.js";

/** What a party is in its fleet. */
export const Role = {
    authority: 0,
    sensor: 1,
    gateway: 2,
    cloud: 3,
    archive: 4,
    app: 5,
    registrar: 6,
} as const;
export type Role = (typeof Role)[keyof typeof Role];

export function readRole(reader: CborReader): Role {
    return reader.unsigned(Role.registrar) as Role;
}
