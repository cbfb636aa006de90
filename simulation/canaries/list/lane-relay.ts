/** Faults of the lane, the relay, and the queue of reports. */
import { type Canary, inHistory, patch } from "../canary.ts";

export const LANE_AND_RELAY: readonly Canary[] = [
	inHistory(
		"the report outbox is cleared when it is sent",
		"REP-3",
		patch(
			"durable-objects/runtime/report-outbox.ts",
			"this.#sent = rows.at(-1)?.seq ?? this.#sent;",
			'this.#sent = rows.at(-1)?.seq ?? this.#sent;\n\t\t\t\tHIT();\n\t\t\t\tthis.#sql.exec("DELETE FROM _reports WHERE seq <= ?", this.#sent);',
		),
	),
];
