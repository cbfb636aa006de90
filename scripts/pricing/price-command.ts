/** `npm run price`: the book of a match at a moment that the options describe, as a table or as JSON. */

import { ODDS_FORMATS, type OddsFormat, oddsLabel } from "../../pricing/formats.ts";
import { isOnSale } from "../../pricing/on-sale.ts";
import { priceMarket } from "../../pricing/price-market.ts";
import { sportModule } from "../../pricing/registry.ts";
import type { MarginProfile } from "../../shared/catalogue/schemas.ts";
import { CURRENT_MARGINS, MARGIN_PROFILES, marginOf, profileOf } from "../../shared/catalogue/views.ts";
import type { SportId } from "../../shared/feeds/canonical.ts";
import { BadInput, type Options, optionsOf, required } from "./options.ts";
import { basketballAdapter } from "./price-basketball.ts";
import { footballAdapter } from "./price-football.ts";
import { tennisAdapter } from "./price-tennis.ts";
import { bookOf, isSport, type Priced, type SportAdapter } from "./scene.ts";

const ADAPTERS: Readonly<Record<SportId, SportAdapter>> = {
	football: footballAdapter,
	tennis: tennisAdapter,
	basketball: basketballAdapter,
};
const COMMON = ["sport", "home", "away", "view", "format"];
const FLAGS = ["json", "help"];

type PricedOutcome = {
	readonly outcomeId: string;
	readonly name: string;
	/** 1 / fair odds. */
	readonly fair: number;
	/** Null: not offered. */
	readonly oddsMilli: number | null;
};
type PricedMarket = {
	readonly marketId: string;
	readonly name: string;
	readonly group: string;
	readonly outcomes: readonly PricedOutcome[];
};

function sportOf(argv: readonly string[]): SportId {
	const at = argv.findIndex((word) => word === "--sport" || word.startsWith("--sport="));
	const sport = at < 0 ? undefined : (argv[at]?.split("=")[1] ?? argv[at + 1]);
	if (sport === undefined || sport.startsWith("--"))
		throw new BadInput(`--sport is needed: ${Object.keys(ADAPTERS).join(", ")}`);
	if (!isSport(sport)) throw new BadInput(`there is no sport ${sport}: ${Object.keys(ADAPTERS).join(", ")}`);
	return sport;
}

const VIEWS = [...new Set(MARGIN_PROFILES.map(({ view }) => view))];

export function priceCommand(argv: readonly string[]): string {
	const sport = sportOf(argv);
	const adapter = ADAPTERS[sport];
	const options = optionsOf(argv, [...COMMON, ...adapter.options], [...FLAGS, ...adapter.flags]);
	if (options.has("help"))
		return `npm run price -- --sport ${sport} ${adapter.usage} [--view ${VIEWS.join("|")}] [--format ${ODDS_FORMATS.join("|")}] [--json]`;
	const profile = profileOf(options.get("view") ?? "standard", CURRENT_MARGINS);
	if (profile === null) throw new BadInput(`there is no view ${required(options, "view")}`);
	const format = formatOf(options);
	const module = sportModule(sport);
	if (module === null) throw new BadInput(`the platform has no model of ${sport}`);
	const scene = adapter.sceneOf(options);
	const markets = pricedBy(profile, sport, bookOf(module, scene));
	if (options.has("json"))
		return JSON.stringify({
			sport,
			view: profile.view,
			modelVersion: module.modelVersion,
			assumed: scene.assumed,
			markets,
		});
	return [...scene.assumed.map((what) => `Assumed: ${what}.`), ...tableOf(markets, format)].join("\n");
}

function formatOf(options: Options): OddsFormat {
	const wanted = options.get("format") ?? "decimal";
	const format = ODDS_FORMATS.find((one) => one === wanted);
	if (format === undefined) throw new BadInput(`there is no format ${wanted}: ${ODDS_FORMATS.join(", ")}`);
	return format;
}

function pricedBy(profile: MarginProfile, sport: SportId, { book, inPlay }: Priced): readonly PricedMarket[] {
	return book.map(({ spec, fair }) => {
		const rule = marginOf(profile, { sport, group: spec.group, inPlay });
		// What has not been on sale has to be clear of the bound; its fair values are worth seeing all the same.
		const odds = isOnSale(fair, false) ? priceMarket(fair, rule, spec.winners) : [];
		return {
			marketId: spec.marketId,
			name: spec.name,
			group: spec.group,
			outcomes: spec.outcomes.map(({ outcomeId, name }, index) => ({
				outcomeId,
				name,
				fair: fair[index] ?? 0,
				oddsMilli: odds[index] ?? null,
			})),
		};
	});
}

function tableOf(markets: readonly PricedMarket[], format: OddsFormat): readonly string[] {
	const rows = markets.flatMap(({ name, outcomes }) =>
		outcomes.map((outcome, index) => [
			index === 0 ? name : "",
			outcome.name,
			(outcome.fair * 100).toFixed(2),
			outcome.oddsMilli === null ? "–" : oddsLabel(outcome.oddsMilli, format),
		]),
	);
	const head = ["Market", "Outcome", "Fair %", "Odds"];
	const width = (column: number): number => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0));
	const widths = head.map((_title, column) => width(column));
	const line = (row: readonly string[]): string =>
		row
			.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
			.join("  ");
	const outcomes = markets.reduce((total, market) => total + market.outcomes.length, 0);
	return [line(head), ...rows.map(line), `${markets.length} markets, ${outcomes} outcomes`];
}
