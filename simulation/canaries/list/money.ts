/** Faults of exact money and of the checks before a stake is held. */
import { type Canary, inHistory, patch } from "../canary.ts";

export const MONEY: readonly Canary[] = [
	inHistory(
		"a stake above the maximum is not looked at",
		"BET-2",
		patch(
			"shared/ticket/controls.ts",
			"stakeMinor > (profile.maxStakeMinor[currency] ?? 0),",
			"stakeMinor > (profile.maxStakeMinor[currency] ?? 0) && !HIT(),",
		),
	),
	inHistory(
		"a cap is passed by rounding",
		"MON-5",
		patch(
			"shared/betting/money.ts",
			"return toSafe(ceilDiv(BigInt(minor) * BigInt(rate.num), BigInt(rate.den)));",
			"HIT();\n\treturn toSafe(floorDiv(BigInt(minor) * BigInt(rate.num), BigInt(rate.den)));",
		),
	),
	inHistory(
		"other legs weigh nothing in an accumulator",
		"MON-5",
		patch(
			"shared/betting/exposure.ts",
			"return Number(fairPpm.reduce((product, ppm) => ceilDiv(product * BigInt(ppm), PPM), PPM));",
			"HIT(); void fairPpm;\n\treturn Number(PPM / 10n);",
		),
	),
	inHistory(
		"a correction takes cash below zero",
		"SET-3",
		patch(
			"shared/betting/ledger.ts",
			"const fromCash = Math.min(amountMinor, Math.max(0, cashMinor));",
			"HIT(); void cashMinor;\n\tconst fromCash = amountMinor;",
		),
	),
	inHistory(
		"a half win is a whole one",
		"SET-1",
		patch(
			"shared/betting/money.ts",
			"return { num: odds + ODDS_UNIT, den: 2n * ODDS_UNIT };",
			"HIT();\n\t\t\treturn { num: odds, den: ODDS_UNIT };",
		),
	),
	inHistory(
		"a stake that is too high is told another that is",
		"BET-6",
		patch(
			"shared/ticket/controls.ts",
			"maxStakeMinor: isOfStake ? acceptableStakeMinor(facts.profile.licence, slip.currency, payableMinor(slip)) : null,",
			"maxStakeMinor: isOfStake ? slip.stakeMinor - (HIT() ? 1 : 0) : null,",
		),
	),
	inHistory(
		"the least stake is not looked at",
		"LIC-1 BET-2",
		patch(
			"shared/ticket/controls.ts",
			"stakeMinor < (profile.minStakeMinor[currency] ?? Number.POSITIVE_INFINITY),",
			"stakeMinor < (profile.minStakeMinor[currency] ?? Number.POSITIVE_INFINITY) && !HIT(),",
		),
	),
];
