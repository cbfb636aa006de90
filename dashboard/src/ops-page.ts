/** `/ops`: what an operator watches. The token comes in the link's fragment, which browsers never send to a server. */
import * as v from "valibot";
import { ApiProblem, call } from "./api.ts";
import { el, setText } from "./dom.ts";
import { moneyText, timeText } from "./format.ts";

const TOKEN_KEY = "touchline.operator";
const REFRESH_MS = 2_000;

const opsMatchesSchema = v.looseObject({
	matches: v.array(
		v.looseObject({
			matchId: v.string(),
			name: v.optional(v.string(), ""),
			score: v.optional(v.string(), ""),
			clock: v.optional(v.string(), ""),
			inPlay: v.boolean(),
			ended: v.boolean(),
			lastSeq: v.number(),
			spokeAgoMs: v.nullish(v.number(), null),
			holds: v.optional(v.array(v.looseObject({ reason: v.string(), scope: v.string() })), []),
			subscribers: v.optional(v.number(), 0),
			deskOutboxDepth: v.number(),
			reportOutboxDepth: v.number(),
		}),
	),
});
const exposureSchema = v.looseObject({
	capBaseMinor: v.number(),
	baseCurrency: v.string(),
	markets: v.array(
		v.looseObject({
			marketId: v.string(),
			name: v.string(),
			outcomes: v.array(
				v.looseObject({ outcomeId: v.string(), riskBaseMinor: v.number(), stakeBaseMinor: v.number() }),
			),
		}),
	),
	ladder: v.array(v.looseObject({ label: v.string(), profitBaseMinor: v.number() })),
});
const summarySchema = v.looseObject({
	totals: v.array(
		v.looseObject({ currency: v.string(), turnoverMinor: v.number(), ggrMinor: v.number(), tickets: v.number() }),
	),
});
const reconciliationSchema = v.looseObject({
	equal: v.boolean(),
	checkedAtMs: v.number(),
	sumsZero: v.optional(v.boolean(), true),
	differences: v.optional(v.array(v.looseObject({ name: v.string() })), []),
	reportsOutboxDepth: v.optional(v.number(), 0),
});
type OpsMatch = v.InferOutput<typeof opsMatchesSchema>["matches"][number];

function operatorToken(): string | null {
	const given = new URLSearchParams(location.hash.slice(1)).get("token");
	if (given !== null) {
		sessionStorage.setItem(TOKEN_KEY, given);
		history.replaceState(null, "", location.pathname);
	}
	return sessionStorage.getItem(TOKEN_KEY);
}

export async function opsPage(): Promise<void> {
	const token = operatorToken();
	const verdict = el("div", { class: "verdict", id: "verdict" }, "checking");
	const tiles = el("div", { class: "tiles", id: "tiles" });
	const matches = el("div", { class: "list", id: "ops-matches" });
	document.body.append(
		el(
			"div",
			{ class: "bar" },
			el("a", { class: "logo", href: "/" }, el("img", { src: "/favicon.svg", alt: "" }), "Touchline"),
			el("span", { class: "muted" }, "Operations"),
		),
		el("main", { class: "wrap" }, verdict, tiles, matches),
	);
	if (token === null) {
		verdict.className = "verdict bad";
		setText(verdict, "Open the operator's link that the start printed: it carries the token.");
		return;
	}
	const refresh = async (): Promise<void> => {
		try {
			const [listed, summary, check] = await Promise.all([
				call(opsMatchesSchema, "/v1/ops/matches", { token }),
				call(summarySchema, "/v1/ops/reports/summary", { token }).catch(() => null),
				call(reconciliationSchema, "/v1/ops/reconciliation", { token }).catch(() => null),
			]);
			showVerdict(verdict, check);
			const live = listed.matches.filter((match) => !match.ended);
			showTiles(tiles, live, summary, check);
			const cards = await Promise.all(live.map((match) => matchCard(match, token)));
			matches.replaceChildren(...cards);
		} catch (fault) {
			verdict.className = "verdict bad";
			setText(
				verdict,
				fault instanceof ApiProblem ? `${fault.code}: ${fault.message}` : "The platform cannot be reached.",
			);
		}
		setTimeout(() => void refresh(), REFRESH_MS);
	};
	await refresh();
}

function showVerdict(verdict: HTMLElement, check: v.InferOutput<typeof reconciliationSchema> | null): void {
	if (check === null) {
		verdict.className = "verdict bad";
		setText(verdict, "Postgres cannot be asked now. Bets and settlement go on; reports catch up.");
		return;
	}
	const good = check.equal && check.sumsZero;
	verdict.className = `verdict ${good ? "good" : "bad"}`;
	const words = good
		? "Every currency sums to zero, Postgres equals the ledgers"
		: `Differences: ${
				check.differences
					.map((difference) => difference.name)
					.slice(0, 5)
					.join(", ") || "sums are not zero"
			}`;
	setText(verdict, `${words} (checked ${timeText(check.checkedAtMs)})`);
}

function tile(value: string, label: string, id: string): HTMLElement {
	return el("div", { class: "tile", id }, el("b", {}, value), el("span", {}, label));
}

function showTiles(
	tiles: HTMLElement,
	live: readonly OpsMatch[],
	summary: v.InferOutput<typeof summarySchema> | null,
	check: v.InferOutput<typeof reconciliationSchema> | null,
): void {
	const money = (summary?.totals ?? []).flatMap((total) => [
		tile(
			moneyText(total.turnoverMinor, total.currency),
			`turnover ${total.currency}, ${total.tickets} tickets`,
			`turnover-${total.currency}`,
		),
		tile(moneyText(total.ggrMinor, total.currency), `gross gaming revenue ${total.currency}`, `ggr-${total.currency}`),
	]);
	const outbox = live.reduce((sum, match) => sum + match.deskOutboxDepth, 0);
	const reports = live.reduce((sum, match) => sum + match.reportOutboxDepth, check?.reportsOutboxDepth ?? 0);
	tiles.replaceChildren(
		tile(String(live.length), "matches on the board", "tile-matches"),
		...money,
		tile(String(reports), "rows on their way to Postgres", "tile-queue"),
		tile(String(outbox), "results on their way to desks", "tile-outbox"),
	);
}

async function matchCard(match: OpsMatch, token: string): Promise<HTMLElement> {
	const exposure = await call(exposureSchema, `/v1/ops/matches/${match.matchId}/exposure`, { token }).catch(() => null);
	const holds = match.holds.map((hold) => `${hold.reason} (${hold.scope})`).join(", ");
	const feed = match.spokeAgoMs === null ? "feed has not spoken" : `feed spoke ${match.spokeAgoMs} ms ago`;
	return el(
		"section",
		{ class: "card", "data-match": match.matchId },
		el("h2", {}, `${match.name || match.matchId}  ${match.score}  ${match.clock}`),
		el(
			"p",
			{ class: "small muted" },
			`${match.inPlay ? "in play" : "not in play"} · ${feed} · input ${match.lastSeq} · ${match.subscribers} relays · ${holds || "nothing held"}`,
		),
		exposure === null ? el("p", { class: "muted" }, "no exposure known") : exposureTables(exposure),
	);
}

function exposureTables(exposure: v.InferOutput<typeof exposureSchema>): HTMLElement {
	const money = (minor: number): string => moneyText(minor, exposure.baseCurrency);
	const rows = exposure.markets
		.flatMap((market) => market.outcomes.map((outcome) => ({ market: market.name, ...outcome })))
		.filter((row) => row.riskBaseMinor !== 0 || row.stakeBaseMinor !== 0)
		.toSorted((a, b) => b.riskBaseMinor - a.riskBaseMinor)
		.slice(0, 12);
	if (rows.length === 0)
		return el("p", { class: "muted" }, `No bets yet. An outcome may carry ${money(exposure.capBaseMinor)}.`);
	return el(
		"div",
		{ class: "tiles" },
		el(
			"div",
			{ class: "scroll" },
			table(
				["Exposure", "staked", "at risk"],
				rows.map((row) => [`${row.market}: ${row.outcomeId}`, money(row.stakeBaseMinor), money(row.riskBaseMinor)]),
			),
		),
		el(
			"div",
			{ class: "scroll" },
			table(
				["Profit by score", ""],
				exposure.ladder.map((step) => [step.label, money(step.profitBaseMinor)]),
				(column, cell) => (column !== 1 ? "" : cell.startsWith("−") ? "neg" : "pos"),
			),
		),
	);
}

function table(
	head: readonly string[],
	rows: readonly (readonly string[])[],
	classOf: (column: number, cell: string) => string = () => "",
): HTMLElement {
	return el(
		"table",
		{},
		el("thead", {}, el("tr", {}, ...head.map((title) => el("th", {}, title)))),
		el(
			"tbody",
			{},
			...rows.map((row) =>
				el("tr", {}, ...row.map((cell, column) => el("td", { class: classOf(column, cell) }, cell))),
			),
		),
	);
}
