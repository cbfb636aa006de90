/** P5: a refused ticket's legs are released at their desks, from what is stored until each desk has answered. */
import type { DeskRpc } from "../../shared/contracts/desk.ts";
import type { LegRef } from "../../shared/contracts/ids.ts";
import { BET } from "../../shared/limits.ts";
import { Courier, someOf } from "../runtime/courier.ts";
import { legCourierPolicy } from "../runtime/leg-courier.ts";
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

export function createReleases(deps: ReleasesDeps): Releases {
	const { wallet, store, desk: deskOf } = deps;
	return new Courier({
		...legCourierPolicy("release", deps),
		peers: () => store.releaseDesks(),
		batch: (desk) => someOf(store.releases(desk, BET.legsPerWalletCall)),
		send: (desk, legs) => deskOf(desk).release({ v: 1, desk, wallet, legs: [...legs] }),
		answered: (desk, _, answered) => {
			store.transaction(() => {
				for (const ref of answered) store.released(desk, ref);
			});
		},
	});
}
