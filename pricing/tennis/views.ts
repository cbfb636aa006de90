/** What a page shows of a tennis match: score, games and sets as they fell; and the final scores that an operator sees profit by. */
import type { ClockView, IncidentView, ScoreView } from "../sport.ts";
import { setsToWin } from "./format.ts";
import { marksOf } from "./history.ts";
import * as markets from "./markets.ts";
import { countOf, isTieBreak, type Pair, pointServer, setsOf, winnerOf } from "./score.ts";
import { elapsedSecAt, type TennisState } from "./state.ts";

export function clockView(state: TennisState, tickMs: number): ClockView {
	return {
		phase: state.phase,
		text: clockText(state),
		elapsedSec: elapsedSecAt(state, tickMs),
		running: state.clock.running,
		rate: state.clock.rate,
		addedMin: null,
	};
}

/** "Set 2, 3-2, Federer serving". */
function clockText(state: TennisState): string {
	const { phase, now, format, names, firstServer, retired } = state;
	if (phase === "scheduled") return "Not started";
	if (phase === "abandoned") return retired === null ? "Abandoned" : `${names[retired]} retired`;
	const winner = winnerOf(now, format);
	if (phase === "ended" || winner !== null) return winner === null ? "Ended" : `Won by ${names[winner]}`;
	const where = `Set ${now.done.length + 1}, ${now.current.home}-${now.current.away}`;
	if (phase === "interrupted") return `${where}, interrupted`;
	return firstServer === null ? where : `${where}, ${names[pointServer(now, format, firstServer)]} serving`;
}

const CALLS = ["0", "15", "30", "40"] as const;

/** Points of a game as they are called: 40-40 stays so, and one ahead of it is `A`. */
function called({ home, away }: Pair): readonly [string, string] {
	if (home < 3 || away < 3) return [CALLS[Math.min(3, home)] ?? "40", CALLS[Math.min(3, away)] ?? "40"];
	if (home === away) return ["40", "40"];
	return home > away ? ["A", "40"] : ["40", "A"];
}

export function scoreView(state: TennisState): ScoreView {
	const { now, format, phase } = state;
	const sets = setsOf(now);
	const lines: (readonly [string, string, string])[] = now.done.map((set, index) => [
		`Set ${index + 1}`,
		String(set.home),
		String(set.away),
	]);
	if (winnerOf(now, format) === null && phase !== "scheduled") {
		const { home, away } = now.current;
		lines.push([`Set ${now.done.length + 1}`, String(home), String(away)]);
		const points = countOf(now.points);
		if (isTieBreak(now, format)) lines.push(["Tie-break", String(points.home), String(points.away)]);
		else lines.push(["Game", ...called(points)]);
	}
	return { ...sets, lines, reds: { home: 0, away: 0 } };
}

/** Games and sets. Where a replay has invented the points, the games are invented too; the sets are the record's. */
export function incidentViews({
	now,
	format,
	firstServer,
	names,
	invented,
	takenBack,
}: TennisState): readonly IncidentView[] {
	const marks = marksOf(now, format, firstServer, names);
	const stands = new Set(marks.map(({ incidentId }) => incidentId));
	const gone = takenBack.filter(({ incidentId }) => !stands.has(incidentId));
	return [
		...marks.map((mark) => ({ ...mark, cancelled: false, invented: invented && mark.type === "game" })),
		...gone.map((mark) => ({ ...mark, cancelled: true, invented: invented && mark.type === "game" })),
	];
}

/** Final scores in sets that are still possible, with the markets that follow from them alone. */
export function finalScores({ now, format }: TennisState): readonly {
	readonly label: string;
	readonly winners: Readonly<Record<string, readonly string[]>>;
}[] {
	const sets = setsOf(now);
	return markets
		.setScores(format)
		.filter(([home, away]) => home >= sets.home && away >= sets.away)
		.map(([home, away]) => {
			const totals = markets
				.matchLines(format)
				.sets.map((line) => [markets.totalSets(line).marketId, [home + away > line ? "over" : "under"]] as const);
			return {
				label: `${home}-${away}`,
				winners: {
					[markets.MATCH_WINNER.marketId]: [home === setsToWin(format) ? "home" : "away"],
					[markets.setBetting(format).marketId]: [`${home}-${away}`],
					[markets.winsASet("home").marketId]: [home > 0 ? "yes" : "no"],
					[markets.winsASet("away").marketId]: [away > 0 ? "yes" : "no"],
					...Object.fromEntries(totals),
				},
			};
		});
}
