/** `/ops`: what an operator watches. The token comes in the link's fragment, which browsers never send to a server. */
import * as v from "valibot";
import { ApiProblem, call } from "./api.ts";
import { el, placeChildren, setText } from "./dom.ts";
import { timeText } from "./format.ts";
import { operatorName } from "./operator-name.ts";
import { type OpsMatch, type OpsMatchCard, opsMatchCard, opsMatchSchema } from "./ops-match.ts";
import { moneyText } from "./reader.ts";

const TOKEN_KEY = "touchline.operator";
const REFRESH_MS = 2_000;

const opsMatchesSchema = v.looseObject({ matches: v.array(opsMatchSchema) });
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
	const operator = operatorName();
	const matches = el("div", { class: "list", id: "ops-matches" });
	const ended = el("button", { class: "more", type: "button", id: "ended" });
	document.body.append(
		el(
			"div",
			{ class: "bar" },
			el("a", { class: "logo", href: "/" }, el("img", { src: "/favicon.svg", alt: "" }), "Touchline"),
			el("span", { class: "muted" }, "Operations"),
			el("span", { class: "grow" }),
			token === null ? null : operator.element,
		),
		el("main", { class: "wrap" }, verdict, tiles, matches, ended),
	);
	if (token === null) {
		verdict.className = "verdict bad";
		setText(verdict, "Open the operator's link that the start printed: it carries the token.");
		return;
	}
	let showsEnded = false;
	ended.addEventListener("click", () => {
		showsEnded = !showsEnded;
		setText(ended, "One moment.");
	});
	const cards = new Map<string, OpsMatchCard>();
	const refresh = async (): Promise<void> => {
		try {
			const [listed, summary, check] = await Promise.all([
				call(opsMatchesSchema, "/v1/ops/matches", { token }),
				call(summarySchema, "/v1/ops/reports/summary", { token }).catch(() => null),
				call(reconciliationSchema, "/v1/ops/reconciliation", { token }).catch(() => null),
			]);
			showVerdict(verdict, check);
			showTiles(tiles, listed.matches, summary, check);
			// What is over and still wants a decision is work like any other; the rest of it can be asked for.
			const over = listed.matches.filter((match) => match.ended && match.attention.length === 0);
			ended.hidden = over.length === 0;
			setText(ended, showsEnded ? "Leave out matches that have ended" : `Show ${over.length} that have ended`);
			const wanted = listed.matches.filter((match) => showsEnded || !over.includes(match));
			const shown = wanted.map((match) => {
				const card = cards.get(match.matchId) ?? opsMatchCard(match.matchId, token, operator);
				cards.set(match.matchId, card);
				return { card, match };
			});
			await Promise.all(shown.map(({ card, match }) => card.update(match)));
			// A card stays the same element: what a trader is typing into it must not vanish.
			placeChildren(
				matches,
				shown.map(({ card }) => card.element),
			);
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
	listed: readonly OpsMatch[],
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
	const live = listed.filter((match) => !match.ended);
	const attention = listed.reduce((sum, match) => sum + match.attention.length, 0);
	const outbox = listed.reduce((sum, match) => sum + match.deskOutboxDepth, 0);
	const reports = listed.reduce((sum, match) => sum + match.reportOutboxDepth, check?.reportsOutboxDepth ?? 0);
	tiles.replaceChildren(
		tile(String(live.length), "matches on the board", "tile-matches"),
		tile(String(attention), "things to look at", "tile-attention"),
		...money,
		tile(String(reports), "rows on their way to Postgres", "tile-queue"),
		tile(String(outbox), "results on their way to desks", "tile-outbox"),
	);
}
