/** What the end of regular time decides, and whether a feed has said that it is over. */

/** Phases in which regular time is over. */
export const AFTER_REGULAR: ReadonlySet<string> = new Set([
	"extra_break",
	"extra_first",
	"shootout_break",
	"shootout",
	"ended",
]);
/** Markets of regular time that only its end decides. */
export const DECIDED_BY_END: ReadonlySet<string> = new Set(["1x2", "dc", "dnb", "ah"]);

/** What of a logged word says so. */
type PhaseWord = { readonly kind: string; readonly phase: string | null; readonly isRefused: boolean };

/** Whether the feed has said by then that regular time is over. */
export const isRegularOver = (known: readonly PhaseWord[]): boolean =>
	known.some(
		({ kind, phase, isRefused }) => kind === "state" && !isRefused && phase !== null && AFTER_REGULAR.has(phase),
	);
