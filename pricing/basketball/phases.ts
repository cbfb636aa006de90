/** The phases of a basketball match: four quarters, the breaks between them, and overtimes until somebody leads. */
import type { FixtureInput } from "../../shared/feeds/canonical.ts";

export const QUARTERS = 4;
/** The longest match of the NBA had six overtimes; one more than that is a fault of the feed. */
const MAX_OVERTIMES = 7;

export type Format = {
	/** Seconds of a quarter: 720 in the NBA, 600 under FIBA's rules. */
	readonly quarterSec: number;
	readonly overtimeSec: number;
	/** Fouls of a side in a quarter from which each further one gives the other side free throws. */
	readonly bonusFouls: number;
};

const OVERTIMES = Array.from({ length: MAX_OVERTIMES }, (_, index) => index + 1);
const PHASES: readonly string[] = [
	"scheduled",
	"q1",
	"break_1",
	"q2",
	"half_time",
	"q3",
	"break_3",
	"q4",
	...OVERTIMES.flatMap((n) => [`break_ot${n}`, `ot${n}`]),
	"ended",
	"abandoned",
];

const INDEX: ReadonlyMap<string, number> = new Map(PHASES.map((phase, index) => [phase, index]));
export const isPhase = (text: string): boolean => INDEX.has(text);
const phaseIndex = (phase: string): number => INDEX.get(phase) ?? -1;
export const isFinal = (phase: string): boolean => phase === "ended" || phase === "abandoned";
export const isInPlay = (phase: string): boolean => phase !== "scheduled" && !isFinal(phase);
export const isOvertime = (period: number): boolean => period > QUARTERS;

/** A phase before the one we are in: the one in between was stated by mistake. */
export const goesBack = (from: string, to: string): boolean => isPhase(to) && phaseIndex(to) < phaseIndex(from);

/** The period that runs, or in a break the one that has just run: 1–4, then 5 for the first overtime. 0 before the match. */
export function periodOf(phase: string): number {
	const index = phaseIndex(phase);
	const first = phaseIndex("q1");
	return index < first ? 0 : Math.floor((index - first) / 2) + 1;
}

/** True while the period's own clock can run: a quarter or an overtime, no break. */
export const isPlaying = (phase: string): boolean =>
	isInPlay(phase) && (phaseIndex(phase) - phaseIndex("q1")) % 2 === 0;

/** Periods that are over in this phase. */
export const periodsOver = (phase: string): number => (isPlaying(phase) ? periodOf(phase) - 1 : periodOf(phase));

/**
 * The period whose clock shows this second: a second between two belongs to the later where that has begun. A clock stops at the
 * end of its period, so that one beyond the end of the last that has begun is of a period whose beginning is still to be told.
 */
export function periodAt(sec: number, last: number, format: Format): number {
	for (let period = 1; period < last; period++) if (sec < boundsOf(period, format)[1]) return period;
	for (let period = last; period <= QUARTERS + MAX_OVERTIMES; period++)
		if (sec <= boundsOf(period, format)[1]) return period;
	return last;
}

/** Seconds of play before a period begins, and when it ends, on a clock that counts up through the match. */
export function boundsOf(period: number, format: Format): readonly [startSec: number, endSec: number] {
	const quarters = Math.min(period, QUARTERS);
	const overtimes = Math.max(0, period - QUARTERS);
	const endSec = quarters * format.quarterSec + overtimes * format.overtimeSec;
	return [endSec - (overtimes > 0 ? format.overtimeSec : format.quarterSec), endSec];
}

const DEFAULT: Format = { quarterSec: 720, overtimeSec: 300, bonusFouls: 5 };

/** `quarterMinutes` (default 12) and `overtimeMinutes` (default 5) of the fixture's format; null where they make no match. */
export function formatOf(fixture: FixtureInput): Format | null {
	const { quarterMinutes = DEFAULT.quarterSec / 60, overtimeMinutes = DEFAULT.overtimeSec / 60 } = fixture.format;
	if (typeof quarterMinutes !== "number" || !(quarterMinutes >= 5 && quarterMinutes <= 15)) return null;
	if (typeof overtimeMinutes !== "number" || !(overtimeMinutes >= 2 && overtimeMinutes <= 10)) return null;
	return { quarterSec: quarterMinutes * 60, overtimeSec: overtimeMinutes * 60, bonusFouls: DEFAULT.bonusFouls };
}

/** For a state whose fixture is refused anyway. */
export const formatOrDefault = (fixture: FixtureInput): Format => formatOf(fixture) ?? DEFAULT;

export const periodName = (period: number): string => (isOvertime(period) ? `OT${period - QUARTERS}` : `Q${period}`);
