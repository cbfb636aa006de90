/** Whether two messages under one id say the same: a resent message does, whatever its sender's clock says now. */
import type { Input } from "./canonical.ts";

/**
 * True where both mean the same. The order of keys does not count (another encoder may choose another), nor does
 * `sentAtMs`, which belongs to the sending: providers stamp anew what they resend after a gap.
 */
export function sameContent(one: Input, other: Input): boolean {
	return canonical({ ...one, sentAtMs: 0 }) === canonical({ ...other, sentAtMs: 0 });
}

/** Whether two parts of messages say the same, whatever the order of their keys. */
export const sameValue = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other);

function canonical(value: unknown): string {
	return JSON.stringify(value, (_, inner: unknown) =>
		typeof inner === "object" && inner !== null && !Array.isArray(inner)
			? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
			: inner,
	);
}
