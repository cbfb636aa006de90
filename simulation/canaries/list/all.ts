/** All canaries, by what they are faults of. */
import type { Canary } from "../canary.ts";
import { DESK } from "./desk.ts";
import { LANE_AND_RELAY } from "./lane-relay.ts";
import { MATCH } from "./match.ts";
import { TESTED_MATCH } from "./tested-match.ts";
import { TESTED_MONEY } from "./tested-money.ts";
import { TESTED_WIRE } from "./tested-wire.ts";
import { WALLET } from "./wallet.ts";

export const CANARIES: readonly Canary[] = [
	...LANE_AND_RELAY,
	...MATCH,
	...DESK,
	...WALLET,
	...TESTED_MATCH,
	...TESTED_MONEY,
	...TESTED_WIRE,
];
