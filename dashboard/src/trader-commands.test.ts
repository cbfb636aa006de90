import { expect, test } from "vitest";
import type { TradedMatch } from "./trader-command.ts";
import { TRADER_COMMANDS } from "./trader-commands.ts";

const match = {
	name: "A – B",
	markets: [{ marketId: "1x2", name: "Result", status: "open", outcomes: [] }],
	shifts: { "1x2": { home: 40 } },
} as unknown as TradedMatch;

test("[PAG-4] a shift is told as it was and as it will be, and confirmed", () => {
	const [market = null] = match.markets;
	const given = { market, outcomeId: "home", scaled: 20, reason: "", settlement: {}, strengths: {} };
	const effect = TRADER_COMMANDS.shift?.effect(given, match);
	expect(effect).toMatchObject({ before: "40", isConfirmed: true });
	expect(effect?.words).toContain("shift +40 → +60");
});
