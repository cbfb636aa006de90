/** The forward chain as lines to read: which effect, how it repeats, what is taken of it, and what that gains. */
import type { Addition } from "./fit-parameters.ts";
import { MINUTES } from "./forecasts.ts";
import type { Forward, Gains } from "./forward.ts";
import type { SeasonEstimate } from "./repeatability.ts";

const PER_POINT = 1e5;
const NAME = 15;
const CELL = 12;

const signed = ({ value, variance }: SeasonEstimate): string =>
	Number.isFinite(variance) ? `${value.toFixed(3)} ± ${Math.sqrt(variance).toFixed(3)}` : "not told";

/** Each addition: its estimate in every season and in all, as departures from the yardstick; how it repeats; what is taken. */
export function additionLines(additions: readonly Addition[]): readonly string[] {
	return [
		"",
		"Additions to the yardstick, as departures from it (logarithms of factors, a weight, a dependence):",
		...additions.map(({ name, bySeason, pooled, repeats, value }) => {
			const slope = repeats.slope === null ? "untold" : `${repeats.slope.toFixed(2)} ± ${repeats.error.toFixed(2)}`;
			const taken = repeats.shrinkage > 0 ? `× ${repeats.shrinkage.toFixed(2)} kept ${value.toFixed(4)}` : "dropped";
			const seasons = bySeason.map((each) => signed(each).padStart(16)).join("");
			return `${name.padEnd(NAME)}${seasons}  all ${signed(pooled)}  repeats ${slope}  ${taken}`;
		}),
	];
}

const cell = ({ mean, error }: { readonly mean: number; readonly error: number }): string =>
	`${(mean * PER_POINT).toFixed(0)} ± ${(error * PER_POINT).toFixed(0)}`.padStart(CELL);

const gainsLine = (name: string, { n, minutes, sum }: Gains): string =>
	`${name.padEnd(NAME)}${minutes.map(cell).join("")}${cell(sum)}${String(n).padStart(7)}`;

const heading = (title: string): readonly string[] => [
	"",
	title,
	`${"".padEnd(NAME)}${MINUTES.map((minute) => `${minute}'`.padStart(CELL)).join("")}${"sum".padStart(CELL)}${"n".padStart(7)}`,
];

/** Cells of one season that are below zero by more than their error. */
function behind(bySeason: Forward["bySeason"], measure: "result" | "over"): string {
	const cells = bySeason.flatMap(({ season, [measure]: { minutes } }) =>
		minutes.flatMap(({ mean, error }, i) => (mean < -error ? [`${season} at ${MINUTES[i]}'`] : [])),
	);
	const all = bySeason.length * MINUTES.length;
	return `Behind by more than its error: ${cells.length} of ${all}${cells.length === 0 ? "" : ` (${cells.join(", ")})`}.`;
}

const keptOf = (additions: readonly Addition[]): string =>
	additions
		.filter(({ repeats }) => repeats.shrinkage > 0)
		.map(({ name, repeats }) => `${name} × ${repeats.shrinkage.toFixed(2)}`)
		.join(", ");

const ECE_DIGITS = 4;

/** The whole report; `additions` are those of the fit on all seasons, which is the one to come. */
export function forwardLines(found: Forward, additions: readonly Addition[]): readonly string[] {
	return [
		...additionLines(additions),
		"",
		"Each season is forecast by what the seasons before it say. Kept for it:",
		...found.steps.map(({ season, fit }) => `${season.padEnd(NAME)}${keptOf(fit.additions) || "nothing"}`),
		...heading("Gain on the yardstick in log-loss of results, 1e-5:"),
		...found.bySeason.map(({ season, result }) => gainsLine(season, result)),
		gainsLine("all", found.all.result),
		gainsLine("dismissals", found.dismissals),
		gainsLine("no additions", found.plain),
		behind(found.bySeason, "result"),
		...heading("Gain in log-loss of over 2.5, 1e-5:"),
		...found.bySeason.map(({ season, over }) => gainsLine(season, over)),
		gainsLine("all", found.all.over),
		behind(found.bySeason, "over"),
		...heading("What each addition gains in results, beside the others (unshrunk where it was dropped):"),
		...found.additions.map(({ name, gains }) => gainsLine(name, gains)),
		"",
		"Calibration error: the model's, the yardstick's, and what chance gives forecasts that are right:",
		...found.calibration.map(({ ours, theirs, byChance }, i) =>
			[
				`${MINUTES[i]}'`.padEnd(NAME),
				...[ours, theirs, byChance].map((e) => e.toFixed(ECE_DIGITS).padStart(CELL)),
			].join(""),
		),
	];
}
