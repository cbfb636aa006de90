/** One match as an operator sees it: what holds it, how its prices were moved, what it may cost, and a trader's commands. */
import * as v from "valibot";
import { call } from "./api.ts";
import { attentionList } from "./attention-list.ts";
import { el, setText } from "./dom.ts";
import { oddsText } from "./format.ts";
import type { OperatorName } from "./operator-name.ts";
import { moneyText } from "./reader.ts";
import { strengthText } from "./strength-commands.ts";
import type { TradedMatch } from "./trader-command.ts";
import { traderForm } from "./trader-form.ts";

const shiftsSchema = v.optional(v.record(v.string(), v.record(v.string(), v.number())), {});
const strengthValues = v.record(v.string(), v.number());
export const opsMatchSchema = v.looseObject({
	matchId: v.string(),
	name: v.optional(v.string(), ""),
	score: v.optional(v.string(), ""),
	clock: v.optional(v.string(), ""),
	inPlay: v.boolean(),
	ended: v.boolean(),
	lastSeq: v.number(),
	spokeAgoMs: v.nullish(v.number(), null),
	holds: v.optional(v.array(v.looseObject({ reason: v.string(), scope: v.string() })), []),
	attention: v.optional(
		v.array(
			v.looseObject({
				kind: v.string(),
				message: v.string(),
				sinceMs: v.nullish(v.number(), null),
				proposalId: v.nullish(v.string(), null),
			}),
		),
		[],
	),
	strengths: v.nullish(
		v.looseObject({
			values: strengthValues,
			market: strengthValues,
			source: v.string(),
			trader: v.nullish(v.string(), null),
			followingPpm: v.number(),
		}),
		null,
	),
	heldPrices: v.optional(
		v.array(v.looseObject({ marketId: v.string(), oddsMilli: v.record(v.string(), v.number()), trader: v.string() })),
		[],
	),
	chosenLines: v.optional(v.array(v.string()), []),
	deviations: v.optional(
		v.array(v.looseObject({ marketId: v.string(), status: v.string(), distancePpm: v.nullable(v.number()) })),
		[],
	),
	pricing: v.optional(
		v.looseObject({
			margins: v.array(
				v.looseObject({ view: v.nullable(v.string()), group: v.nullable(v.string()), marginPpm: v.number() }),
			),
			traderShifts: shiftsSchema,
			liabilityShifts: shiftsSchema,
			liabilityMaxMilli: v.nullish(v.number(), null),
		}),
	),
	capBaseMinor: v.nullish(v.number(), null),
	delayMs: v.nullish(v.number(), null),
	subscribers: v.optional(v.number(), 0),
	deskOutboxDepth: v.number(),
	reportOutboxDepth: v.number(),
});
export type OpsMatch = v.InferOutput<typeof opsMatchSchema>;

const exposureSchema = v.looseObject({
	capBaseMinor: v.number(),
	baseCurrency: v.string(),
	markets: v.array(
		v.looseObject({
			marketId: v.string(),
			name: v.string(),
			status: v.optional(v.string(), "open"),
			outcomes: v.array(
				v.looseObject({ outcomeId: v.string(), riskBaseMinor: v.number(), stakeBaseMinor: v.number() }),
			),
		}),
	),
	ladder: v.array(v.looseObject({ label: v.string(), profitBaseMinor: v.number() })),
});
type Exposure = v.InferOutput<typeof exposureSchema>;

export type OpsMatchCard = { readonly element: HTMLElement; readonly update: (match: OpsMatch) => Promise<void> };

const ROWS = 12;

export function opsMatchCard(matchId: string, token: string, operator: OperatorName): OpsMatchCard {
	const title = el("h2", {});
	const facts = el("p", { class: "small muted" });
	const notes = el("div", { class: "notes" });
	const tables = el("div", {});
	const form = traderForm(matchId, token, operator);
	const attention = attentionList(form.propose);
	const parts = [title, attention.element, facts, notes, tables, form.element];
	const element = el("section", { class: "card", "data-match": matchId }, ...parts);
	return {
		element,
		update: async (match) => {
			setText(title, `${match.name || matchId}  ${match.score}  ${match.clock}`);
			const feed = match.spokeAgoMs === null ? "feed has not spoken" : `feed spoke ${match.spokeAgoMs} ms ago`;
			setText(
				facts,
				`${match.inPlay ? "in play" : "not in play"} · ${feed} · input ${match.lastSeq} · ${match.subscribers} relays`,
			);
			attention.update(match.attention);
			notes.replaceChildren(...notesOf(match));
			const path = `/v1/ops/matches/${matchId}/exposure`;
			const exposure = await call(exposureSchema, path, { token }).catch(() => null);
			if (exposure !== null) form.update(tradedMatch(match, exposure));
			tables.replaceChildren(
				exposure === null ? el("p", { class: "muted" }, "no exposure known") : exposureTables(exposure),
			);
		},
	};
}

/** What a trader's commands are said and judged by. */
function tradedMatch(match: OpsMatch, exposure: Exposure): TradedMatch {
	const { matchId, name, pricing, capBaseMinor, delayMs, attention, strengths, heldPrices } = match;
	return {
		name: name || matchId,
		margins: pricing?.margins ?? [],
		shifts: pricing?.traderShifts ?? {},
		liabilityMaxMilli: pricing?.liabilityMaxMilli ?? null,
		capBaseMinor: capBaseMinor ?? exposure.capBaseMinor,
		baseCurrency: exposure.baseCurrency,
		delayMs,
		markets: exposure.markets,
		attention,
		strengths,
		held: Object.fromEntries(heldPrices.map(({ marketId, oddsMilli }) => [marketId, oddsMilli])),
	};
}

/** What an operator should look at: holds, differences from the provider, prices moved by hand or by bets. */
function notesOf(match: OpsMatch): readonly HTMLElement[] {
	const { holds, deviations, pricing } = match;
	const tag = (kind: string, text: string): HTMLElement =>
		el("span", { class: `tag ${kind}`, "data-note": kind }, text);
	const points = (distance: number | null): string =>
		distance === null ? "no fresh prices" : `${distance / 10_000} points`;
	const shifts = (
		kind: string,
		moved: Readonly<Record<string, Readonly<Record<string, number>>>>,
	): readonly HTMLElement[] =>
		Object.entries(moved).map(([marketId, by]) => {
			const each = Object.entries(by).map(
				([outcomeId, milli]) => `${outcomeId} ${milli > 0 ? "+" : "−"}${Math.abs(milli)}`,
			);
			return tag("moved", `${kind}: ${marketId} ${each.join(", ")}`);
		});
	const held = holds
		.filter(({ reason }) => reason !== "deviation")
		.map(({ reason, scope }) => tag("suspended", `${reason.replaceAll("_", " ")}: ${scope}`));
	return [
		...(holds.length === 0 ? [tag("open", "nothing held")] : held),
		...deviations.map(({ marketId, status, distancePpm }) =>
			tag(status === "alarm" ? "alarm" : "moved", `deviation ${status}: ${marketId}, ${points(distancePpm)}`),
		),
		...(pricing?.margins ?? []).map(({ view, group, marginPpm }) =>
			tag("moved", `margin ${marginPpm / 10_000} %: ${group ?? "all groups"}, ${view ?? "all views"}`),
		),
		...shifts("shift", pricing?.traderShifts ?? {}),
		...shifts("liability", pricing?.liabilityShifts ?? {}),
		...standing(match).map((text) => tag("moved", text)),
	];
}

/** What traders have said of prices and still stands. */
function standing({ strengths, heldPrices, chosenLines }: OpsMatch): readonly string[] {
	const values = Object.entries(strengths?.values ?? {}).map(([name, value]) => `${name} ${strengthText(value)}`);
	const trader = strengths?.trader ?? null;
	return [
		...(trader === null ? [] : [`strengths of ${trader}: ${values.join(", ")}`]),
		...heldPrices.map(({ marketId, oddsMilli, trader: by }) => {
			const each = Object.entries(oddsMilli).map(([outcomeId, odds]) => `${outcomeId} ${oddsText(odds)}`);
			return `held by ${by}: ${marketId} ${each.join(", ")}`;
		}),
		...(chosenLines.length === 0 ? [] : [`lines chosen: ${chosenLines.join(", ")}`]),
	];
}

function exposureTables(exposure: Exposure): HTMLElement {
	const money = (minor: number): string => moneyText(minor, exposure.baseCurrency);
	const rows = exposure.markets
		.flatMap((market) => market.outcomes.map((outcome) => ({ market: market.name, ...outcome })))
		.filter((row) => row.riskBaseMinor !== 0 || row.stakeBaseMinor !== 0)
		.toSorted((a, b) => b.riskBaseMinor - a.riskBaseMinor)
		.slice(0, ROWS);
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
