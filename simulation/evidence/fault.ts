import type { Violation } from "../audit/facts.ts";

const MAX_FAULT_CHARS = 400;

/** Whatever broke, as a violation of its history. */
export function faultOf(fault: unknown): Violation {
	return { rule: "fault", what: String(fault instanceof Error ? fault.stack : fault).slice(0, MAX_FAULT_CHARS) };
}
