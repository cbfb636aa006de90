/** The calibration as a picture: for each minute, forecast against frequency of all outcome probabilities pooled. */
import type { CalibrationBin } from "../../pricing/goals/forecast-scores.ts";

const PANEL = 200;
const MARGIN = 34;
const COLUMNS = 4;
const MIN_RADIUS = 1.5;
const MAX_RADIUS = 6;

type Panel = { readonly title: string; readonly bins: readonly CalibrationBin[] };

const fixed = (value: number): string => value.toFixed(1);

/** A bin's dot, sized by what it holds, and a bar of two standard errors of its frequency. */
function dotOf({ count, forecast, happened }: CalibrationBin, most: number): string {
	const x = forecast * PANEL;
	const y = (1 - happened) * PANEL;
	const bar = 2 * Math.sqrt((forecast * (1 - forecast)) / count) * PANEL;
	const radius = MIN_RADIUS + (MAX_RADIUS - MIN_RADIUS) * Math.sqrt(count / most);
	return (
		`<line x1="${fixed(x)}" y1="${fixed(y - bar)}" x2="${fixed(x)}" y2="${fixed(y + bar)}" class="bar"/>` +
		`<circle cx="${fixed(x)}" cy="${fixed(y)}" r="${fixed(radius)}" class="dot"/>`
	);
}

function panelOf({ title, bins }: Panel, index: number): string {
	const left = MARGIN + (index % COLUMNS) * (PANEL + MARGIN);
	const top = MARGIN + Math.floor(index / COLUMNS) * (PANEL + MARGIN + 12);
	const most = Math.max(1, ...bins.map(({ count }) => count));
	return [
		`<g transform="translate(${left} ${top})">`,
		`<rect width="${PANEL}" height="${PANEL}" class="frame"/>`,
		`<line x1="0" y1="${PANEL}" x2="${PANEL}" y2="0" class="even"/>`,
		`<text x="${PANEL / 2}" y="-8">${title}</text>`,
		...[0, 0.5, 1].flatMap((at) => [
			`<text x="${at * PANEL}" y="${PANEL + 14}" class="tick">${at}</text>`,
			`<text x="-12" y="${(1 - at) * PANEL + 4}" class="tick">${at}</text>`,
		]),
		...bins.map((bin) => dotOf(bin, most)),
		"</g>",
	].join("\n");
}

/** An SVG of one panel a minute; stands alone, and is the same bytes for the same bins. */
export function calibrationPicture(panels: readonly Panel[]): string {
	const rows = Math.ceil(panels.length / COLUMNS);
	const width = MARGIN + COLUMNS * (PANEL + MARGIN);
	const height = MARGIN + rows * (PANEL + MARGIN + 12);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
		"<title>Calibration: forecast probability (across) against frequency (up), with two standard errors</title>",
		"<style>text{font:12px sans-serif;text-anchor:middle;fill:#222}.tick{font-size:9px;fill:#666}",
		".frame{fill:#fff;stroke:#bbb}.even{stroke:#999;stroke-dasharray:4 3}.bar{stroke:#1f6f54;stroke-width:1}",
		".dot{fill:#1f6f54;fill-opacity:.75}</style>",
		`<rect width="${width}" height="${height}" fill="#fff"/>`,
		...panels.map(panelOf),
		"</svg>\n",
	].join("\n");
}
