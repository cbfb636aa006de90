/** A match as its storage has it, of whichever release: read, and never changed. */

import type { MatchState } from "../../durable-objects/match/state.ts";
import { readState } from "../../durable-objects/match/store.ts";
import type { Sql } from "../../durable-objects/runtime/ports.ts";

/** `text`: all that is stored of it. */
export type StoredMatch = { readonly text: string; readonly state: MatchState };

const HAS_ROWS = "SELECT 1 AS one FROM sqlite_master WHERE type = 'table' AND name = 'state_rows'";

/** Null while there is no match; `known` where it is still that. */
export function storedMatch(storage: Pick<Sql, "exec">, known?: StoredMatch): StoredMatch | null {
	const head = storage.exec("SELECT state FROM meta")[0]?.state;
	if (typeof head !== "string") return null;
	const hasRows = storage.exec(HAS_ROWS).length > 0;
	const rows = hasRows ? storage.exec("SELECT group_concat(body, char(10)) AS text FROM state_rows")[0]?.text : null;
	const text = `${head}\n${rows ?? ""}`;
	if (known?.text === text) return known;
	const state = readState(storage)?.state;
	return state === undefined ? null : { text, state };
}
