/**
 * When goals fall: the share of a half's goals that is still to come, by the match's clock.
 *
 * Within the 45 (or 15) minutes of a half, u from 0 to 1, the density is 1 + slope·(u − ½) + bend·(u² − u + ⅙)
 * + twist·(u³ − 3/2·u² + 3/5·u − 1/20): orthogonal shapes (Legendre's). The share to come is then
 * (1 − u)(1 + slope·u/2 − bend·u(1 − 2u)/6 + twist·u(u² − u + ⅕)/4). Stoppage follows at an even pace for a length nobody knows:
 * what is left of a stoppage expected to last L seconds, s seconds into it, is τ·ln(1 + e^((L − s)/τ)), which falls in a line
 * while s is well below L and never reaches zero before the whistle.
 */

/** How the goals of one half are spread over its minutes; shares are of all goals of regular time. */
export type HalfTiming = {
	/** Share of goals within the minutes of the half, without stoppage. */
	readonly share: number;
	/** Rise of the intensity from the first to the last minute, against its mean: above −2 and below 2. */
	readonly slope: number;
	/** Curvature of the intensity: below zero the first and the last minutes bring less than the middle would have it. */
	readonly bend: number;
	/** Above zero a half begins slower and ends faster than the two others have it. */
	readonly twist: number;
	/** Share of goals within the stoppage of the half. */
	readonly stoppageShare: number;
	/** Mean length of that stoppage, in seconds. */
	readonly stoppageSec: number;
};

/** How far a referee's whistle scatters about the expected end, in seconds, before and after stoppage is announced. */
const SCATTER_SEC = 60;
const ANNOUNCED_SCATTER_SEC = 30;
/** Announced stoppage is a minimum: mean seconds played on top of it. */
const OVERRUN_SEC = 25;

/** ln(1 + e^x) without overflow. */
const softplus = (x: number): number => (x > 30 ? x : Math.log1p(Math.exp(x)));

/** Seconds of stoppage still expected, `intoSec` after the half's own minutes are over (0 before that). */
export function stoppageLeftSec(timing: HalfTiming, intoSec: number, addedMin: number | null): number {
	if (addedMin === null) return SCATTER_SEC * softplus((timing.stoppageSec - intoSec) / SCATTER_SEC);
	const lengthSec = addedMin * 60 + OVERRUN_SEC;
	return ANNOUNCED_SCATTER_SEC * softplus((lengthSec - intoSec) / ANNOUNCED_SCATTER_SEC);
}

/**
 * Share of regular time's goals that this half still holds, `intoSec` seconds into it: `share + stoppageShare` at its start
 * (more or less once stoppage is announced), falling strictly until the whistle.
 */
export function shareToCome(timing: HalfTiming, lengthSec: number, intoSec: number, addedMin: number | null): number {
	const u = Math.min(1, Math.max(0, intoSec / lengthSec));
	const { slope, bend, twist } = timing;
	const shape = 1 + u * (slope / 2 - (bend * (1 - 2 * u)) / 6 + (twist * (u * u - u + 0.2)) / 4);
	const within = timing.share * (1 - u) * shape;
	const pastSec = Math.max(0, intoSec - lengthSec);
	// Until the half's own minutes are over its stoppage is untouched.
	if (pastSec === 0 && addedMin === null) return within + timing.stoppageShare;
	// At the mean length the stoppage holds its measured share; the softened end is divided out.
	const fullSec = stoppageLeftSec(timing, 0, null);
	return within + (timing.stoppageShare * stoppageLeftSec(timing, pastSec, addedMin)) / fullSec;
}
