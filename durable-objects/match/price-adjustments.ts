/** What changes prices beside the model: traders' margins and shifts, and the shifts that sold bets ask for. Pure. */

/** Thousandths of a logit by outcome; an outcome that is not named is not shifted. */
export type ShiftsMilli = Readonly<Record<string, number>>;

/** A trader's margin; null stands for every view, or every group. */
export type MarginOverride = {
	readonly view: string | null;
	readonly group: string | null;
	readonly marginPpm: number;
};

export type PriceAdjustments = {
	readonly margins: readonly MarginOverride[];
	/** By market: what a trader thinks better than the model. Part of the fair probabilities of this match. */
	readonly traderShifts: Readonly<Record<string, ShiftsMilli>>;
	/** By market: away from what has been sold. Moves prices only; nobody thinks that it makes an outcome likelier. */
	readonly liabilityShifts: Readonly<Record<string, ShiftsMilli>>;
	/** The shift of an outcome whose risk has reached the cap; 0: bets move no prices. */
	readonly liabilityMaxMilli: number;
};

/** `pricing/shift.ts` bounds both: a trader by one logit, sold bets by a tenth. */
export const MAX_TRADER_SHIFT_MILLI = 1_000;
/** Entries of a match: sixteen views with a few groups each; more is a script gone wrong. */
export const MAX_MARGIN_OVERRIDES = 64;

export const NO_ADJUSTMENTS: PriceAdjustments = {
	margins: [],
	traderShifts: {},
	liabilityShifts: {},
	liabilityMaxMilli: 100,
};

/** Replaces the override of exactly this view and group, or takes it away (null). Null where there are too many. */
export function withMargin(
	adjustments: PriceAdjustments,
	view: string | null,
	group: string | null,
	marginPpm: number | null,
): PriceAdjustments | null {
	const others = adjustments.margins.filter((entry) => entry.view !== view || entry.group !== group);
	if (marginPpm === null) return { ...adjustments, margins: others };
	if (others.length >= MAX_MARGIN_OVERRIDES) return null;
	return { ...adjustments, margins: [...others, { view, group, marginPpm }] };
}

/** The trader's margin in parts per million, the most exact first: view and group, group, view, all; null: the profile's. */
export function marginOverride({ margins }: PriceAdjustments, view: string, group: string): number | null {
	let best: MarginOverride | null = null;
	const weight = (entry: MarginOverride): number => (entry.group === null ? 0 : 2) + (entry.view === null ? 0 : 1);
	for (const entry of margins) {
		if ((entry.view !== null && entry.view !== view) || (entry.group !== null && entry.group !== group)) continue;
		if (best === null || weight(entry) > weight(best)) best = entry;
	}
	return best?.marginPpm ?? null;
}

/** One more step of a trader's shift; null where the whole would pass ±`MAX_TRADER_SHIFT_MILLI`. */
export function withTraderShift(
	adjustments: PriceAdjustments,
	marketId: string,
	outcomeId: string,
	stepMilli: number,
): PriceAdjustments | null {
	const { [outcomeId]: known = 0, ...others } = adjustments.traderShifts[marketId] ?? {};
	const next = known + stepMilli;
	if (Math.abs(next) > MAX_TRADER_SHIFT_MILLI) return null;
	return withShifts(adjustments, marketId, next === 0 ? others : { ...others, [outcomeId]: next });
}

function withShifts(adjustments: PriceAdjustments, marketId: string, shifts: ShiftsMilli): PriceAdjustments {
	const { [marketId]: _, ...others } = adjustments.traderShifts;
	const isNone = Object.keys(shifts).length === 0;
	return { ...adjustments, traderShifts: isNone ? others : { ...others, [marketId]: shifts } };
}

/** Takes a trader's shifts of one market away, or all of them. */
export function withoutTraderShifts(adjustments: PriceAdjustments, marketId: string | undefined): PriceAdjustments {
	return marketId === undefined ? { ...adjustments, traderShifts: {} } : withShifts(adjustments, marketId, {});
}

export function withLiabilityShifts(
	adjustments: PriceAdjustments,
	changed: readonly { readonly marketId: string; readonly shiftsMilli: ShiftsMilli }[],
): PriceAdjustments {
	const liabilityShifts = { ...adjustments.liabilityShifts };
	for (const { marketId, shiftsMilli } of changed) {
		if (Object.keys(shiftsMilli).length === 0) delete liabilityShifts[marketId];
		else liabilityShifts[marketId] = shiftsMilli;
	}
	return { ...adjustments, liabilityShifts };
}
