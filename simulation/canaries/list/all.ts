/** All canaries, by the object that they are faults of. */
import type { Canary } from "../canary.ts";
import { DESK } from "./desk.ts";
import { LANE_AND_RELAY } from "./lane-relay.ts";
import { MATCH } from "./match.ts";
import { WALLET } from "./wallet.ts";

export const CANARIES: readonly Canary[] = [...LANE_AND_RELAY, ...MATCH, ...DESK, ...WALLET];
