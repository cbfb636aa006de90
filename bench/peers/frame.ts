/** A peer's text, as long as ours: every peer sends the same. */
export function frameOf(what: string, bytes: number): string {
	const empty = JSON.stringify(["peer", what, ""]);
	return JSON.stringify(["peer", what, "x".repeat(Math.max(0, bytes - empty.length))]);
}
