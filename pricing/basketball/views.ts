/** What a page shows of a basketball match: clock, score by quarter, incidents; and the final scores that an operator sees profit by. */
import type { ClockView, IncidentView, ScoreView } from "../sport.ts";
import * as markets from "./markets.ts";
import { expectedScore } from "./outlook.ts";
import { isPlaying, periodName, periodOf, QUARTERS } from "./phases.ts";
import {
	type BasketballIncident,
	type BasketballState,
	elapsedSecAt,
	foulsOf,
	leftSecAt,
	overOf,
	scoreOf,
	standing,
} from "./state.ts";

const WORDS: Readonly<Record<string, string>> = {
	scheduled: "Not started",
	break_1: "After the 1st quarter",
	half_time: "Half-time",
	break_3: "After the 3rd quarter",
	ended: "Ended",
	abandoned: "Abandoned",
};

/** `Q4 1:09`: what is left of the period, as the board in the hall shows it. */
export function clockView(state: BasketballState, tickMs: number): ClockView {
	const running = state.clock.running && leftSecAt(state, tickMs) > 0;
	return {
		phase: state.phase,
		text: WORDS[state.phase] ?? (isPlaying(state.phase) ? periodText(state, tickMs) : "Before overtime"),
		elapsedSec: elapsedSecAt(state, tickMs),
		running,
		rate: state.clock.rate,
		addedMin: null,
	};
}

function periodText(state: BasketballState, tickMs: number): string {
	const leftSec = Math.ceil(leftSecAt(state, tickMs));
	const pause = !state.clock.running && state.incidents.at(-1)?.type === "timeout" ? ", time-out" : "";
	const left = `${Math.floor(leftSec / 60)}:${String(leftSec % 60).padStart(2, "0")}`;
	return `${periodName(periodOf(state.phase))} ${left}${pause}`;
}

export function scoreView(state: BasketballState): ScoreView {
	const played = periodOf(state.furthest);
	const periods = Array.from({ length: played }, (_, index) => {
		const { home, away } = scoreOf(state, index + 1, index + 1);
		return [periodName(index + 1), String(home), String(away)] as const;
	});
	return { ...scoreOf(state), lines: [...periods, ...momentLines(state)], reds: { home: 0, away: 0 } };
}

/** Team fouls of the running period, time-outs of the match, and who has the ball. */
function momentLines(state: BasketballState): readonly (readonly [string, string, string])[] {
	if (!isPlaying(state.phase)) return [];
	const fouls = foulsOf(state, periodOf(state.phase));
	const taken = standing(state, "timeout");
	const timeouts = (side: "home" | "away"): string => String(taken.filter((one) => one.side === side).length);
	const { ball } = state;
	const mark = (side: "home" | "away"): string => {
		if (ball.kind === "unknown" || ball.side !== side) return "–";
		return ball.kind === "possession" ? "●" : `${ball.attempts} FT`;
	};
	return [
		["Fouls", String(fouls.home), String(fouls.away)],
		["Time-outs", timeouts("home"), timeouts("away")],
		...(ball.kind === "unknown" ? [] : [["Ball", mark("home"), mark("away")] as const]),
	];
}

const BASKETS: Readonly<Record<number, string>> = { 1: "Free throw", 2: "Two points", 3: "Three points" };
const TEXTS: Readonly<Record<string, string>> = {
	foul: "Foul",
	timeout: "Time-out",
	substitution: "Substitution",
	var_review: "Replay review",
	var_over: "Replay review over",
};

export function incidentViews(state: BasketballState): readonly IncidentView[] {
	return state.incidents.map((incident) => ({
		incidentId: incident.incidentId,
		type: incident.type,
		side: incident.side,
		text: incidentText(incident),
		minuteText: incident.minuteText,
		cancelled: incident.cancelled,
		invented: incident.invented,
	}));
}

function incidentText({ type, value, player, detail }: BasketballIncident): string {
	const what = type === "basket" ? BASKETS[value ?? 0] : TEXTS[type];
	const who = player === null ? "" : `: ${player}`;
	return `${what ?? type}${who}${detail === null ? "" : ` (${detail.replace("_", " ")})`}`;
}

/** Final margins an operator sees profit by: one of each band, and the narrowest. */
const SHOWN_MARGINS = [-23, -18, -13, -8, -3, -1, 1, 3, 8, 13, 18, 23] as const;

/** Final scores at the expected total, by margin; those that cannot come about any more are left out. */
export function finalScores(
	state: BasketballState,
): readonly { readonly label: string; readonly winners: Readonly<Record<string, readonly string[]>> }[] {
	const score = scoreOf(state);
	if (state.phase === "ended") return [finalScore(state, score.home, score.away)];
	const expected = expectedScore(state, 1, Math.max(QUARTERS, overOf(state) + 1), state.clock.atMs);
	const total = Math.round(expected.home + expected.away);
	return SHOWN_MARGINS.flatMap((margin) => {
		const home = Math.floor((total + margin) / 2);
		const away = home - margin;
		return home < score.home || away < score.away ? [] : [finalScore(state, home, away)];
	});
}

function finalScore(
	state: BasketballState,
	home: number,
	away: number,
): { readonly label: string; readonly winners: Readonly<Record<string, readonly string[]>> } {
	const lines = markets.FAMILIES.filter(({ section }) => section === null).flatMap((family) =>
		(state.lines[family.id]?.ever ?? []).map((line) => {
			const points = { home, away, total: home + away, spread: 0 }[family.kind];
			const winner =
				family.kind === "spread" ? (home + line > away ? "home" : "away") : points > line ? "over" : "under";
			return [family.spec(line).marketId, [winner]] as const;
		}),
	);
	return {
		label: `${home}-${away}`,
		winners: {
			[markets.WINNER.marketId]: [markets.resultOutcome(home, away)],
			[markets.PARITY.marketId]: [(home + away) % 2 === 1 ? "odd" : "even"],
			[markets.WINNING_MARGIN.marketId]: home === away ? [] : [markets.marginOutcome(home - away)],
			...Object.fromEntries(lines),
		},
	};
}
