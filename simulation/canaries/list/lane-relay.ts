/** Faults of the lane, the relay, and the queue of reports. */
import { type Canary, inHistory, patch } from "../canary.ts";

export const LANE_AND_RELAY: readonly Canary[] = [
	inHistory(
		"inputs are not deduplicated",
		"LAN-1 BET-3 BET-5 SET-1 MAT-8",
		patch("durable-objects/lane/store.ts", "if (before !== null) {", "if (before !== null && !HIT()) {"),
	),
	inHistory(
		"a relay does not ask again for what nobody reads at the moment",
		"FRM-2",
		patch(
			"durable-objects/relay/actor.ts",
			"topic.wire === ME ? new Set([...topic.members].map((member) => member.token)) : [null]",
			"(HIT() && new Set([...topic.members].map((member) => member.token)))",
		),
	),
	inHistory(
		"the report outbox is cleared when it is sent",
		"REP-3 REP-2",
		patch(
			"durable-objects/runtime/report-outbox.ts",
			"sent = rows.at(-1)?.seq ?? sent;",
			'sent = rows.at(-1)?.seq ?? sent;\n\t\t\t\tHIT();\n\t\t\t\tsql.exec("DELETE FROM _reports WHERE seq <= ?", sent);',
		),
	),
];
