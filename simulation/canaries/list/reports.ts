/** Faults of the reports on their way to Postgres. */
import { type Canary, inHistory, patch } from "../canary.ts";

export const REPORTS: readonly Canary[] = [
	inHistory(
		"the report outbox is cleared when it is sent",
		"REP-3",
		patch(
			"durable-objects/runtime/report-outbox.ts",
			"this.#handedOver(rows.at(-1)?.seq ?? this.#sent);",
			'this.#handedOver(rows.at(-1)?.seq ?? this.#sent);\n\t\t\t\tHIT();\n\t\t\t\tthis.#sql.exec("DELETE FROM _reports WHERE seq <= ?", this.#sent);',
		),
	),
	inHistory(
		"a wallet takes what it sent for stored",
		"REP-2",
		patch(
			"durable-objects/runtime/report-outbox.ts",
			"const rows = storedRows(this.#sql, this.#confirmed, this.#last);",
			"HIT();\n\t\tconst rows = storedRows(this.#sql, this.#sent, this.#last);",
		),
	),
	inHistory(
		"a leg's result that changes no worth is no version of its ticket",
		"REP-1",
		patch(
			"durable-objects/wallet/transactions.ts",
			"this.#save({ ...after, version: after.version + 1 })",
			"(HIT() && this.#save(after))",
		),
	),
];
