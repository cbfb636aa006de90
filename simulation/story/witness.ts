/**
 * What a provider says beside the match. Its own prices: near ours, far from them, of half a market or of none; strengths follow them, or
 * a market too far from them stops until somebody looks (MAT-3, MAT-9). And bets that it cancels, of a while, of some markets or all,
 * and gives back, in any order (SET-4). The auditor's own prices say nothing of a match that it prices, and late bets nothing of those that
 * it may have cancelled.
 */
import type { FixtureInput, Input } from "../../shared/feeds/canonical.ts";
import type { Random } from "../world/chance.ts";
import { pricesOf } from "./scenario.ts";
import type { Script, Timed } from "./script.ts";
import { twoWay } from "./tape.ts";

const PRICED = 0.15;
const REPEATS = 0.25;
const CANCELS = 0.1;
/** A calm must find its markets open: what is said long before it is looked at by then. */
const LASTS_MS = 35_000;

type Said = { readonly marketId: string; readonly names: readonly string[]; readonly odds: readonly number[] };

export function withPrices(script: Script, random: Random): Script {
	const [first] = script.timed;
	if (random() > PRICED || first?.input.kind !== "fixture") return script;
	const { matchId, sport } = first.input;
	const timed: Timed[] = [];
	let last = saidAtFirst(first.input);
	for (let atMs = first.atMs + 1_500; atMs < first.atMs + LASTS_MS; atMs += 700 + Math.floor(random() * 4_000)) {
		// Often a provider repeats what it has said, its first prices before all.
		if (random() > REPEATS) last = sport === "football" ? footballSaid(random) : winnerSaid(random);
		const { marketId, names, odds } = last;
		const prices = names.map((outcomeId, index) => ({ outcomeId, oddsMilli: odds[index] ?? 2_000 }));
		const [one, ...others] = prices;
		const isOdd = random() < 0.15;
		const said =
			isOdd && one !== undefined ? (random() < 0.5 ? others : [{ ...one, outcomeId: "nobody" }, ...others]) : prices;
		const sentAtMs = random() < 0.1 ? atMs - 6_000 : atMs;
		const id = `${matchId}:p${timed.length}`;
		const input: Input = { v: 1, id, matchId, sentAtMs, kind: "reference_prices", marketId, prices: said };
		timed.push({ atMs, input });
	}
	return { ...script, timed: [...script.timed, ...timed].toSorted((a, b) => a.atMs - b.atMs) };
}

/** Some bets are cancelled; an odd one is given back before it is, or twice. */
export function withCancelled(script: Script, random: Random): Script {
	const [first] = script.timed;
	if (random() > CANCELS || first === undefined) return script;
	const { matchId } = first.input;
	const windowId = `${matchId}:w`;
	const timed: Timed[] = [];
	const untilMs = first.atMs + LASTS_MS;
	for (let atMs = first.atMs + 6_000; atMs < untilMs; atMs += 3_000 + Math.floor(random() * 6_000)) {
		const envelope = {
			v: 1,
			id: `${matchId}:v${timed.length}`,
			matchId,
			sentAtMs: atMs - (random() < 0.2 ? 4_000 : 0),
		} as const;
		const span = {
			...(random() < 0.7 ? { fromMs: atMs - 5_000 } : {}),
			...(random() < 0.7 ? { toMs: atMs - 500 - Math.floor(random() * 6_000) } : {}),
			...(random() < 0.3 ? { marketIds: ["1x2", "ml"] } : random() < 0.3 ? { groups: ["main"] } : {}),
		};
		const input: Input =
			random() < 0.6
				? { ...envelope, kind: "void_window", windowId, reason: "a feed that was late", ...span }
				: { ...envelope, kind: "void_window_rollback", windowId };
		timed.push({ atMs, input });
	}
	return { ...script, timed: [...script.timed, ...timed].toSorted((a, b) => a.atMs - b.atMs) };
}

/** The fixture's own prices of the result. */
function saidAtFirst({ prices }: FixtureInput): Said {
	const { oneXTwo, moneyline } = prices;
	if (oneXTwo !== undefined) return { marketId: "1x2", names: ["home", "draw", "away"], odds: oneXTwo };
	return { marketId: "ml", names: ["home", "away"], odds: moneyline ?? [2_000, 2_000] };
}

function footballSaid(random: Random): Said {
	const { oneXTwo, totals } = pricesOf(0.2 + random() * 0.4);
	return random() < 0.6
		? { marketId: "1x2", names: ["home", "draw", "away"], odds: oneXTwo }
		: { marketId: "ou:2.5", names: ["over", "under"], odds: totals[0]?.odds ?? [] };
}

const winnerSaid = (random: Random): Said => ({
	marketId: "ml",
	names: ["home", "away"],
	odds: twoWay(0.25 + random() * 0.5),
});
