/** What a match grants to a desk counts once it is stored. */
import { expect, test } from "vitest";
import type { Region } from "../../shared/contracts/ids.ts";
import { MATCH, scheduled } from "../../testing/match.ts";

const CAP_BASE_MINOR = 5_000_000;

test("[MON-5] what storage has refused is granted to nobody: asked again it is stored, and no other desk gets it too", async () => {
	const platform = await scheduled();
	const ask = (region: Region, n: number) =>
		platform.match(MATCH).confirm({
			v: 1,
			matchId: MATCH,
			region,
			inc: 1,
			n,
			asks: [{ market: "1x2", version: null, outcomes: ["home"], view: "standard" }],
			totals: [{ market: "1x2", outcome: "home", riskBaseMinor: CAP_BASE_MINOR, stakeBaseMinor: 1 }],
		});
	const codeOf = (answer: ReturnType<typeof ask>): string | undefined =>
		answer.kind === "answer" ? answer.markets[0]?.code : answer.kind;
	const sql = platform.world.storage(`match:${MATCH}`);
	sql.exec("CREATE TRIGGER full BEFORE INSERT ON grants BEGIN SELECT RAISE(ABORT, 'disk is full'); END");
	expect(() => ask("weur", 1)).toThrow("disk is full");
	sql.exec("DROP TRIGGER full");
	expect(codeOf(ask("weur", 2))).toBe("ok");
	expect(sql.exec("SELECT region, risk FROM grants")).toEqual([{ region: "weur", risk: CAP_BASE_MINOR }]);
	platform.restart(`match:${MATCH}`);
	expect(codeOf(ask("enam", 1))).toBe("over_limit");
});

test("[MON-5] an outcome that a desk names twice falls as far as it says anywhere", async () => {
	const platform = await scheduled();
	const total = (riskBaseMinor: number) => ({ market: "1x2", outcome: "home", riskBaseMinor, stakeBaseMinor: 1 });
	const say = (n: number, asked: boolean, ...risks: readonly number[]) =>
		platform.match(MATCH).confirm({
			v: 1,
			matchId: MATCH,
			region: "weur",
			inc: 1,
			n,
			asks: asked ? [{ market: "1x2", version: null, outcomes: ["home"], view: "standard" }] : [],
			totals: risks.map(total),
		});
	say(1, true, 3_000);
	say(2, false, 1_000, 2_000);
	const stored = platform.world.storage(`match:${MATCH}`).exec("SELECT risk FROM grants");
	expect(stored).toEqual([{ risk: 1_000 }]);
});
