/** Faults of the lane, the relay, and the queue of reports. */
import { type Canary, inHistory, patch } from "../canary.ts";

export const LANE_AND_RELAY: readonly Canary[] = [
	inHistory(
		"an input sent twice counts twice",
		"LAN-1 SET-1 MAT-8 BET-3",
		patch(
			"durable-objects/lane/store.ts",
			"if (before !== null && !this.#isTriedAgain(provider, matchId, before.seq))",
			"if (before !== null && !HIT() && !this.#isTriedAgain(provider, matchId, before.seq))",
		),
	),
	inHistory(
		"a relay drops what comes after a gap",
		"FRM-2",
		patch(
			"durable-objects/relay/ring.ts",
			'if (from !== head.offset) return "gap";',
			'if (from !== head.offset) return HIT() ? "old" : "gap";',
		),
	),
	inHistory(
		"a publisher resumes a reader of another life",
		"FRM-2 FRM-1",
		patch(
			"shared/protocol/publisher.ts",
			"position !== null && position.epoch === this.epoch &&",
			"position !== null && HIT() &&",
		),
	),
	inHistory(
		"a relay sends every third delta to nobody",
		"FRM-2",
		patch(
			"durable-objects/relay/member.ts",
			"this.link.send(text);",
			"if (HIT() && to % 3 !== 0) this.link.send(text);",
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
