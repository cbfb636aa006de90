/** What a page shows of a football match: clock, score, incidents; and the final scores that an operator sees profit by. */
import type { Recipient } from "../../shared/feeds/canonical.ts";
import type { ClockView, IncidentView, ScoreView } from "../sport.ts";
import { redsOf } from "./dismissals.ts";
import { CLOCK_BOUNDS, type Phase } from "./phases.ts";
import {
	elapsedSecAt,
	extraWasReached,
	type FootballIncident,
	type FootballState,
	kicksOf,
	regularIsOver,
	scoreOf,
	shootOutWasReached,
} from "./state.ts";
import { FOOTBALL_FAMILIES } from "./table.ts";

const WORDS: Readonly<Partial<Record<Phase, string>>> = {
	scheduled: "Not started",
	half_time: "Half-time",
	extra_break: "Before extra time",
	extra_half_time: "Extra time, half-time",
	shootout_break: "Before the shoot-out",
	shootout: "Shoot-out",
	ended: "Ended",
	abandoned: "Abandoned",
};

export function clockView(state: FootballState, tickMs: number): ClockView {
	const elapsedSec = elapsedSecAt(state, tickMs);
	return {
		phase: state.phase,
		text: WORDS[state.phase] ?? minuteText(state.phase, elapsedSec),
		elapsedSec,
		running: state.clock.running,
		rate: state.clock.rate,
		addedMin: state.addedMin,
	};
}

function minuteText(phase: Phase, elapsedSec: number): string {
	const end = CLOCK_BOUNDS[phase]?.[1] ?? Number.POSITIVE_INFINITY;
	if (elapsedSec < end) return `${Math.floor(elapsedSec / 60) + 1}'`;
	return `${end / 60}+${Math.floor((elapsedSec - end) / 60) + 1}'`;
}

export function scoreView(state: FootballState): ScoreView {
	const regular = scoreOf(state, "regular");
	const extra = scoreOf(state, "extra");
	const lines: (readonly [string, string, string])[] = [];
	if (state.tie !== undefined) {
		const { home, away } = state.tie.firstLeg;
		lines.push(["1st leg", String(home), String(away)]);
		const whole = { home: home + regular.home + extra.home, away: away + regular.away + extra.away };
		lines.push(["Aggregate", String(whole.home), String(whole.away)]);
	}
	if (extraWasReached(state) && regularIsOver(state))
		lines.push(["90 min", String(regular.home), String(regular.away)]);
	if (shootOutWasReached(state)) {
		const scored = kicksOf(state).filter((kick) => kick.detail === "scored");
		lines.push([
			"Penalties",
			String(scored.filter((kick) => kick.side === "home").length),
			String(scored.filter((kick) => kick.side === "away").length),
		]);
	}
	return { home: regular.home + extra.home, away: regular.away + extra.away, lines, reds: redsOf(state) };
}

const TEXTS: Readonly<Record<string, string>> = {
	goal: "Goal",
	red_card: "Red card",
	yellow_card: "Yellow card",
	penalty_awarded: "Penalty",
	penalty_missed: "Penalty missed",
	shootout_kick: "Kick",
	var_review: "VAR review",
	var_over: "VAR review over",
	corner: "Corner",
	substitution: "Substitution",
	stoppage_announced: "Stoppage time",
};

export function incidentViews(state: FootballState): readonly IncidentView[] {
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

function incidentText(incident: FootballIncident): string {
	const detail =
		incident.detail === null || incident.detail === "open" ? "" : ` (${incident.detail.replace("_", " ")})`;
	if (incident.inferredAtMs !== undefined) return `${TEXTS[incident.type] ?? incident.type} (by the score)`;
	const player = incident.player === null ? "" : `: ${incident.player}`;
	const who = incident.playerOut === undefined ? player : `${player || ": somebody"} for ${incident.playerOut}`;
	return `${TEXTS[incident.type] ?? incident.type}${who}${RECIPIENTS[incident.recipient ?? "player"]}${detail}`;
}

/** Of a card that takes nobody off the pitch, who was shown it. */
const RECIPIENTS: Readonly<Record<Recipient, string>> = {
	player: "",
	bench: ", on the bench",
	substituted: ", substituted before",
	staff: ", staff",
};

/** How many further goals of each side an operator looks ahead. */
const AHEAD = 3;

export function finalScores(
	state: FootballState,
): readonly { readonly label: string; readonly winners: Readonly<Record<string, readonly string[]>> }[] {
	const start = scoreOf(state, "regular");
	const ahead = regularIsOver(state) ? [0] : Array.from({ length: AHEAD + 1 }, (_, index) => index);
	return ahead.flatMap((h) =>
		ahead.map((a) => {
			const home = start.home + h;
			const away = start.away + a;
			return { label: `${home}-${away}`, winners: winnersAt(home, away) };
		}),
	);
}

/** Markets that follow from the final score of regular time, by their rule. */
const BY_FINAL_SCORE = FOOTBALL_FAMILIES.flatMap(({ markets }) =>
	markets.flatMap(({ spec, part, rule }) =>
		part === "regular" && rule.kind === "score" ? [{ spec, pays: rule.pays }] : [],
	),
);

/** A market in which stakes come back at this score, whole or half, has neither winners nor losers to sum up, and is left out. */
function winnersAt(home: number, away: number): Readonly<Record<string, readonly string[]>> {
	const winners: Record<string, readonly string[]> = {};
	for (const { spec, pays } of BY_FINAL_SCORE) {
		const paid = pays(home, away);
		if (paid.some((pay) => Math.abs(pay) < 2)) continue;
		winners[spec.marketId] = spec.outcomes.filter((_, index) => paid[index] === 2).map(({ outcomeId }) => outcomeId);
	}
	return winners;
}
