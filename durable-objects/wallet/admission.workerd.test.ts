import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { WALLET_SHARE } from "../../shared/limits.ts";
import { request } from "../../testing/wallet.ts";
import { bindings } from "../../tests/workerd/bindings.ts";
import { stubOf } from "../runtime/stubs.ts";
import type { Wallet } from "./object.ts";

const NAME = "wallet:oc:0";

test("[SHR-1] WALLET_SHARE.placing: of bets of one moment a wallet takes up its share, and all of it again once these are answered", async () => {
	const bet = { ...request([2_000]), wallet: NAME, playerId: "p_oc_00000000000000aa", token: "tl1.a.b" };
	await runInDurableObject(stubOf(bindings.WALLET, NAME), async (wallet: Wallet) => {
		const burst = async (): Promise<readonly unknown[]> =>
			Promise.all(Array.from({ length: WALLET_SHARE.placing + 2 }, () => wallet.place(bet)));
		for (let times = 0; times < 2; times++) {
			const answers = await burst();
			const busy = { kind: "error", code: "busy", full: { matchId: "m0" } };
			// Nobody has this token: whoever is let in is told so.
			expect(answers.slice(0, WALLET_SHARE.placing)).toEqual(
				answers.slice(0, WALLET_SHARE.placing).map(() => ({ kind: "error", code: "unauthorized" })),
			);
			expect(answers.slice(WALLET_SHARE.placing)).toEqual([busy, busy]);
		}
	});
});
