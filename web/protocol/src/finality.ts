import type { Kid } from "./kid.js";
import type { Assignment, Registry } from "./registry.js";
import { Role } from "./role.js";
import type { ReportedCountersignature } from "./waybill-report.js";

/** The assignment of a reading in a gateway's log: the last that had begun at the arrival, else the last (section 7). */
export function readingAssignment(
    registry: Registry,
    sensor: Kid,
    gateway: string,
    arrival: number,
): Assignment | undefined {
    const here = registry.assignmentsOf(sensor).filter((assignment) => assignment.gateway === gateway);
    return here.filter(({ since }) => since <= arrival).at(-1) ?? here.at(-1);
}

/** Whether one of the countersignatures that count makes an entry final (section 7). */
export function isFinal(
    registry: Registry,
    index: number,
    assignment: Assignment | undefined,
    counting: readonly ReportedCountersignature[],
): boolean {
    const archive = assignment?.archive === undefined ? undefined : registry.party(assignment.archive);
    return counting.some(
        ({ from, by }) =>
            from <= index &&
            (archive === undefined ? by.role === Role.archive || by.role === Role.app : by.name === archive.name),
    );
}
