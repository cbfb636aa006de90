/** Which match ids there are and which provider group has each: given once, to whom comes first of those who may, for ever. */
import type { ClaimAnswer, ClaimRequest } from "../../shared/contracts/board.ts";
import type { Sql } from "../runtime/ports.ts";

export class Owners {
	readonly #sql: Sql;

	/** Call it after the board's migrations. */
	constructor(sql: Sql) {
		this.#sql = sql;
	}

	claim({ group, matches }: ClaimRequest): ClaimAnswer["verdicts"] {
		return this.#sql.transaction(() => matches.map(({ matchId, opens }) => this.#claim(group, matchId, opens)));
	}

	known(matchIds: readonly string[]): string[] {
		return matchIds.filter((matchId) => this.#ownerOf(matchId) !== undefined);
	}

	/** A match that speaks exists, whoever opened it: those of older versions are entered by it. */
	exists(matchId: string): void {
		this.#sql.exec("INSERT INTO owners (match_id, provider_group) VALUES (?, NULL) ON CONFLICT DO NOTHING", matchId);
	}

	#claim(group: string, matchId: string, opens: boolean): ClaimAnswer["verdicts"][number] {
		const owner = this.#ownerOf(matchId);
		if (owner !== undefined) return owner === group ? "ours" : "foreign";
		if (!opens) return "unknown";
		this.#sql.exec("INSERT INTO owners (match_id, provider_group) VALUES (?, ?)", matchId, group);
		return "ours";
	}

	/** Null: opened before owners were written down. Undefined: never opened. */
	#ownerOf(matchId: string): string | null | undefined {
		const row = this.#sql.exec("SELECT provider_group FROM owners WHERE match_id = ?", matchId)[0];
		if (row === undefined) return undefined;
		return row.provider_group === null ? null : String(row.provider_group);
	}
}
