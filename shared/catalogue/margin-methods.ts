/** The ways there are to take a margin out of prices or put one in, and what comes of it. The formulas: `margin.ts`. */
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
export type MarginResult =
	| { readonly ok: true; readonly values: readonly number[] }
	| { readonly ok: false; readonly message: string };
