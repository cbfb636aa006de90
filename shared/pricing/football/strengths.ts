/** Strengths from prices: the two rates whose Poisson model gives back the fair probabilities of the pre-match book. */
import type { FixtureInput } from "../../feeds/canonical.ts";
import { removeMargin } from "../margin.ts";
import { bisect } from "../solve.ts";
import type { SportRefusal } from "../sport.ts";
import { gridOf, probabilityOf, type Rates } from "./model.ts";

export type Strengths = { readonly ok: true; readonly params: Rates } | SportRefusal;
const refuse = (message: string): SportRefusal => ({ ok: false, code: "no_prices", message });

/** Totals and supremacies met in football; a book outside says something else than goals. */
const MIN_TOTAL = 0.3;
const MAX_TOTAL = 8;

const ratesOf = (total: number, supremacy: number): Rates => ({
	home: Math.max(0.02, (total + supremacy) / 2),
	away: Math.max(0.02, (total - supremacy) / 2),
});

/** Supremacy that gives the home side's edge over the away side at a total. */
function supremacyFor(total: number, edge: number): number | null {
	const edgeAt = (supremacy: number): number => {
		const grid = gridOf({ home: 0, away: 0 }, ratesOf(total, supremacy));
		return probabilityOf(grid, (h, a) => h > a) - probabilityOf(grid, (h, a) => h < a) - edge;
	};
	return bisect(edgeAt, -total + 0.04, total - 0.04);
}

/**
 * Solves total and supremacy: the total from over/under prices where there are any, else from the draw; the supremacy from
 * 1X2. Margins are removed by the power method. Independent Poisson understates goals when solved from 1X2 alone (1.357
 * against 1.559 scored), so totals are used whenever they are given.
 */
export function strengthsOf(fixture: FixtureInput): Strengths {
	const { expected, oneXTwo, totals } = fixture.prices;
	if (expected !== undefined) {
		if (
			!(expected.total >= MIN_TOTAL && expected.total <= MAX_TOTAL && Math.abs(expected.supremacy) < expected.total)
		) {
			return refuse(`expected total ${expected.total} with supremacy ${expected.supremacy} is no football match`);
		}
		return { ok: true, params: ratesOf(expected.total, expected.supremacy) };
	}
	if (oneXTwo === undefined) return refuse("1X2 prices are needed (or the provider's expected total and supremacy)");
	const fair = removeMargin(
		"power",
		oneXTwo.map((odds) => odds / 1_000),
	);
	if (!fair.ok) return refuse(`1X2: ${fair.message}`);
	const [home = 0, draw = 0, away = 0] = fair.values;
	const line = totals?.find((candidate) => candidate.line % 1 === 0.5);
	const total =
		line === undefined ? totalFromDraw(home - away, draw) : totalFromLine(home - away, line.line, line.odds);
	if (total === null) return refuse("no total of goals gives these prices");
	const supremacy = supremacyFor(total, home - away);
	if (supremacy === null) return refuse("no supremacy gives these prices");
	return { ok: true, params: ratesOf(total, supremacy) };
}

function totalFromDraw(edge: number, draw: number): number | null {
	return bisect(
		(total) => {
			const supremacy = supremacyFor(total, edge);
			// Too few goals for so large an edge: such totals draw too often.
			if (supremacy === null) return 1;
			return probabilityOf(gridOf({ home: 0, away: 0 }, ratesOf(total, supremacy)), (h, a) => h === a) - draw;
		},
		MIN_TOTAL,
		MAX_TOTAL,
	);
}

function totalFromLine(edge: number, line: number, odds: readonly number[]): number | null {
	const fair = removeMargin(
		"power",
		odds.map((price) => price / 1_000),
	);
	if (!fair.ok) return null;
	const over = fair.values[0] ?? 0;
	return bisect(
		(total) => {
			const supremacy = supremacyFor(total, edge);
			if (supremacy === null) return -over;
			return probabilityOf(gridOf({ home: 0, away: 0 }, ratesOf(total, supremacy)), (h, a) => h + a > line) - over;
		},
		MIN_TOTAL,
		MAX_TOTAL,
	);
}
