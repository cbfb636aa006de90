/** `npm run margin`: takes a margin out of odds, or puts one onto probabilities, as JSON with every digit. */
import { applyMargin, removeMarginSigned } from "../../pricing/margin.ts";
import { MARGIN_METHODS, type MarginMethod } from "../../shared/catalogue/margin-methods.ts";
import { BadInput, numberOf, numbersOf, type Options, optionsOf, required, wholeOf } from "./options.ts";

const MAX_OUTCOMES = 1_000;

/** `odds_ratio` and `Odds-Ratio` mean the same. */
function methodOf(options: Options): MarginMethod {
	const named = required(options, "method");
	const wanted = named.toLowerCase().replaceAll("_", "-");
	const method = MARGIN_METHODS.find((one) => one === wanted);
	if (method === undefined) throw new BadInput(`there is no method ${named}: ${MARGIN_METHODS.join(", ")}`);
	return method;
}

export function marginCommand(argv: readonly string[]): string {
	const options = optionsOf(argv, ["method", "odds", "probabilities", "margin", "places", "winners"], ["apply"]);
	const method = methodOf(options);
	const places = placesOf(options);
	return JSON.stringify(
		options.has("apply")
			? { odds: oddsWithMargin(options, method, places) }
			: { probabilities: fairProbabilities(options, method, places) },
	);
}

/** How many outcomes win together, and so what the probabilities sum to; `--winners` is its older name. */
function placesOf(options: Options): number {
	if (options.has("places") && options.has("winners"))
		throw new BadInput("--places and --winners are the same: give one of them");
	const name = options.has("winners") ? "winners" : "places";
	return options.has(name) ? wholeOf(required(options, name), name, 1, MAX_OUTCOMES) : 1;
}

/** Where all outcomes win there is nothing to bet on. */
function bettable(outcomes: readonly number[], places: number): readonly number[] {
	if (outcomes.length < 2) throw new BadInput("a market has at least two outcomes");
	if (places >= outcomes.length)
		throw new BadInput(`${places} places are too many for ${outcomes.length} outcomes: at least one must lose`);
	return outcomes;
}

/** The formula's own numbers: additive, balanced book and goto may make some of them negative. */
function fairProbabilities(options: Options, method: MarginMethod, places: number): readonly number[] {
	for (const name of ["probabilities", "margin"])
		if (options.has(name)) throw new BadInput(`--${name} goes with --apply`);
	const result = removeMarginSigned(method, bettable(listOf(options, "odds"), places), places);
	if (!result.ok) throw new BadInput(result.message);
	return result.values;
}

function oddsWithMargin(options: Options, method: MarginMethod, places: number): readonly number[] {
	if (options.has("odds")) throw new BadInput("--odds does not go with --apply");
	const fair = bettable(listOf(options, "probabilities"), places);
	if (fair.some((p) => !(p > 0 && p < 1))) throw new BadInput("probabilities lie between 0 and 1");
	const result = applyMargin(method, fair, numberOf(required(options, "margin"), "margin"), places);
	if (!result.ok) throw new BadInput(result.message);
	return result.values.map((q) => 1 / q);
}

function listOf(options: Options, name: string): readonly number[] {
	const numbers = numbersOf(required(options, name), name);
	if (numbers.length > MAX_OUTCOMES) throw new BadInput(`a market has at most ${MAX_OUTCOMES} outcomes`);
	return numbers;
}
