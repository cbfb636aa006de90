/** The ways there are to take a margin out of prices or put one in. The formulas: `pricing/margin.ts`. */
export const MARGIN_METHODS = [
	"multiplicative",
	"additive",
	"power",
	"odds-ratio",
	"shin",
	"goto",
	"balanced-book",
] as const;
export type MarginMethod = (typeof MARGIN_METHODS)[number];
