/**
 * A state as the text that is stored: to the byte what `JSON.stringify` says. Nine tenths of it are markets and results, which
 * are replaced and never changed, so that each is written out once and not at every step of the match.
 */
import type { MatchState } from "./state.ts";

const TEXTS = new WeakMap<object, string>();

function kept(part: object, write: () => string): string {
	let text = TEXTS.get(part);
	if (text === undefined) {
		text = write();
		TEXTS.set(part, text);
	}
	return text;
}

type Write = (value: unknown, key: string) => string | undefined;
const plain: Write = (value) => JSON.stringify(value);

/** An object's text, its values written by `write`; like JSON it leaves out what has no text. */
function objectText(of: object, write: Write): string {
	const parts: string[] = [];
	for (const [key, value] of Object.entries(of)) {
		const text = write(value, key);
		if (text !== undefined) parts.push(`${JSON.stringify(key)}:${text}`);
	}
	return `{${parts.join(",")}}`;
}

const whole = (part: object): string => kept(part, () => JSON.stringify(part));
/** Its version moves and what it is stays. */
const marketText = (market: MatchState["markets"][number]): string =>
	kept(market, () => objectText(market, (value, key) => (key === "spec" ? whole(market.spec) : plain(value, key))));

export function stateText(state: MatchState): string {
	const { markets, results } = state;
	return objectText(state, (value, key) => {
		if (value === markets) return kept(markets, () => `[${markets.map(marketText).join(",")}]`);
		if (value === results)
			return kept(results, () =>
				objectText(results, (result, id) => (results[id] === undefined ? plain(result, id) : whole(results[id]))),
			);
		return plain(value, key);
	});
}
