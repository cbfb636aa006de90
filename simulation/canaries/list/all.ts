/** All canaries, by what they are faults of. */
import type { Canary } from "../canary.ts";
import { DESK } from "./desk.ts";
import { FRAMES } from "./frames.ts";
import { LANE } from "./lane.ts";
import { MATCH } from "./match.ts";
import { MONEY } from "./money.ts";
import { PRICES } from "./prices.ts";
import { RELEASES } from "./releases.ts";
import { REPORTS } from "./reports.ts";
import { RESULTS } from "./results.ts";
import { SPORTS } from "./sports.ts";
import { TESTED_MATCH } from "./tested-match.ts";
import { TESTED_MONEY } from "./tested-money.ts";
import { TESTED_WIRE } from "./tested-wire.ts";
import { WALLET } from "./wallet.ts";
import { WEEKS } from "./weeks.ts";

export const CANARIES: readonly Canary[] = [
	...LANE,
	...MATCH,
	...PRICES,
	...SPORTS,
	...RESULTS,
	...DESK,
	...WALLET,
	...MONEY,
	...FRAMES,
	...REPORTS,
	...RELEASES,
	...WEEKS,
	...TESTED_MATCH,
	...TESTED_MONEY,
	...TESTED_WIRE,
];
