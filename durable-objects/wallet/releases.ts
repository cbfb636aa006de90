/** P5: a refused ticket's legs are released at their desks, from what is stored until each desk has answered. */
import { type DeskRpc, legsAnsweredSchema } from "../../shared/contracts/desk.ts";
import type { LegRef } from "../../shared/contracts/ids.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { BET, RETRY } from "../../shared/limits.ts";
import { AFTER_A_DEPLOY, Courier, doublingMs, logFailures, someOf } from "../runtime/courier.ts";
import type { Ports } from "../runtime/ports.ts";
import type { WalletStore } from "./store.ts";

export type ReleasesDeps = {
	readonly ports: Ports;
	readonly wallet: string;
	readonly store: Pick<WalletStore, "releaseDesks" | "releases" | "released" | "transaction">;
	readonly desk: (name: string) => Pick<DeskRpc, "release">;
	readonly wakeAt: (atMs: number) => void;
};

export type Releases = Courier<readonly LegRef[], readonly LegRef[]>;

export function createReleases({ ports, wallet, store, desk: deskOf, wakeAt }: ReleasesDeps): Releases {
	return new Courier({
		ports,
		what: "release",
		peers: () => store.releaseDesks(),
		gather: ports.sync,
		batch: (desk) => someOf(store.releases(desk, BET.legsPerWalletCall)),
		send: (desk, legs) => deskOf(desk).release({ v: 1, desk, wallet, legs: [...legs] }),
		decode: (answer): readonly LegRef[] => decodeRpc("release answer", legsAnsweredSchema, answer).answered,
		answered: (desk, _, answered) => {
			// The same legs would be sent again at once.
			if (answered.length === 0) throw new Error(`${desk} answered no release`);
			store.transaction(() => {
				for (const ref of answered) store.released(desk, ref);
			});
		},
		retryMs: doublingMs(RETRY.peerMinMs, RETRY.peerMaxMs),
		refused: AFTER_A_DEPLOY,
		failed: logFailures(ports, "release"),
		alarm: { wakeAt, slackMs: RETRY.peerMaxMs },
	});
}
