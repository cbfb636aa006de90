/** Prices against matches of known strengths: what is said to happen in seven of ten cases does so in seven of ten. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Input } from "../../shared/feeds/canonical.ts";
import { seededRandom } from "../../shared/seeded-random.ts";
import {
	AT,
	fixture,
	known,
	type Points,
	ruleOf,
	type Start,
	simulate,
	statement,
	told,
} from "../../testing/basketball.ts";
import { basketball } from "./basketball.ts";
import type { BasketballState } from "./state.ts";

const PAIRS = 16;
const MATCHES_OF_PAIR = 25;
const MATCHES = PAIRS * MATCHES_OF_PAIR;
const BEFORE: Start = {
	scored: [],
	running: 0,
	leftSec: 0,
	over: 0,
	ball: null,
	bonus: { home: false, away: false },
};

type Said = { readonly market: string; readonly at: string; readonly chance: number; readonly happened: boolean };

function stateAfter(quarters: number, path: readonly Points[], from: BasketballState): BasketballState {
	const phase = quarters === 2 ? "half_time" : "break_3";
	const inputs: readonly Input[] =
		quarters === 0
			? []
			: [...told(path.filter(({ period }) => period <= quarters)), statement(phase, quarters * 720, undefined, false)];
	return inputs.reduce((state, input) => {
		const reduced = basketball.reduce(state, input, AT);
		if (!reduced.ok) throw new Error(reduced.message);
		return reduced.state;
	}, from);
}

/** Matches between sides of many strengths, priced with what is known of them at three moments. */
function saidOf(seed: number): { readonly said: readonly Said[]; readonly surplus: readonly number[] } {
	const random = seededRandom(seed);
	const said: Said[] = [];
	const surplus: number[] = [];
	let expected = { home: 0, away: 0 };
	for (let match = 0; match < MATCHES; match++) {
		if (match % MATCHES_OF_PAIR === 0) expected = { home: 95 + 25 * random(), away: 95 + 25 * random() };
		const path = simulate(BEFORE, { expected, quarterSec: 720, overtimeSec: 300, random });
		const facts = known(path, 99, true);
		const regular = facts.tally(1, 4);
		surplus.push(regular.home + regular.away - expected.home - expected.away);
		const prices = { expected: { total: expected.home + expected.away, supremacy: expected.home - expected.away } };
		const start = basketball.initial(fixture({ prices }));
		for (const quarters of [0, 2, 3]) {
			const book = basketball.book(stateAfter(quarters, path, start), expected, AT);
			for (const { spec, fair } of book) {
				if (!/^(ml|ot|ou:|sp:|q4:ou)/.test(spec.marketId)) continue;
				const [market = ""] = spec.marketId.split(":");
				const happened = ruleOf(spec.marketId)(facts) === spec.outcomes[0]?.outcomeId;
				said.push({ market, at: `after ${quarters}`, chance: fair[0] ?? 0, happened });
			}
		}
	}
	return { said, surplus };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
/** Lines of one family in one match fall together: only one of them at a time counts as independent. */
const FAMILY = { ml: 1, ot: 1, ou: 5, sp: 5, q4: 3 } as const;

describe("calibration on simulated matches of known strengths", () => {
	let said: readonly Said[] = [];
	let surplus: readonly number[] = [];
	beforeAll(() => {
		({ said, surplus } = saidOf(4_711));
	}, 120_000);

	test("what happens is what was said, in every tenth of the prices", () => {
		const far: string[] = [];
		for (const market of Object.keys(FAMILY) as (keyof typeof FAMILY)[]) {
			for (let tenth = 0; tenth < 10; tenth++) {
				const some = said.filter((one) => one.market === market && Math.floor(one.chance * 10) === tenth);
				const expected = sum(some.map(({ chance }) => chance));
				const spread = Math.sqrt(FAMILY[market] * sum(some.map(({ chance }) => chance * (1 - chance))));
				const happened = some.filter((one) => one.happened).length;
				if (Math.abs(happened - expected) > 4 * spread + 1) far.push(`${market} ${tenth}: ${happened} of ${expected}`);
			}
		}
		expect(far).toEqual([]);
		expect(said.length).toBeGreaterThan(MATCHES * 30);
	});

	test("the winner's log-loss is its entropy, and falls as the match goes on", () => {
		const losses = [0, 2, 3].map((quarters) => {
			const some = said.filter((one) => one.market === "ml" && one.at === `after ${quarters}`);
			const loss = some.map(({ chance, happened }) => -Math.log(Math.max(1e-12, happened ? chance : 1 - chance)));
			const entropy = some.map(({ chance: p }) =>
				p <= 0 || p >= 1 ? 0 : -p * Math.log(p) - (1 - p) * Math.log(1 - p),
			);
			const spread = Math.sqrt(sum(loss.map((one, index) => (one - (entropy[index] ?? 0)) ** 2)));
			expect(Math.abs(sum(loss) - sum(entropy))).toBeLessThan(4 * spread);
			return sum(loss) / some.length;
		});
		expect(losses).toEqual(losses.toSorted((a, b) => b - a));
	});

	test("regular time brings the points that were expected", () => {
		const mean = sum(surplus) / surplus.length;
		const deviation = Math.sqrt(sum(surplus.map((one) => (one - mean) ** 2)) / (surplus.length - 1));
		expect(Math.abs(mean)).toBeLessThan((4 * deviation) / Math.sqrt(MATCHES) + 0.1);
		// The spread of totals that the document states.
		expect(deviation).toBeGreaterThan(16);
		expect(deviation).toBeLessThan(20);
	});
});
