/**
 * Inputs that were stored a moment ago and wait for their matches: they are delivered from here, and not read and decoded again.
 * What is not here, because it was stored by an earlier life or was too much, is in storage.
 */
import type { LoggedInput } from "../../shared/feeds/canonical.ts";
import { LANE_KEEPS } from "../../shared/limits.ts";

export class RecentInputs {
	/** Of each match without a gap. */
	readonly #inputs = new Map<string, LoggedInput[]>();
	#count = 0;

	/** Where there is no room, those go first that have waited longest: their match does not take them. */
	add(matchId: string, input: LoggedInput): void {
		if (this.#count >= LANE_KEEPS.inputs) this.#drop();
		const kept = this.#inputs.get(matchId);
		const last = kept?.at(-1);
		if (kept === undefined || last === undefined) this.#inputs.set(matchId, [input]);
		else if (last.seq + 1 === input.seq) kept.push(input);
		else return;
		this.#count++;
	}

	/** At most so many from this one on; none: they are in storage. */
	from(matchId: string, fromSeq: number, limit: number): readonly LoggedInput[] {
		const kept = this.#inputs.get(matchId);
		const first = kept?.[0];
		if (kept === undefined || first === undefined || first.seq > fromSeq) return [];
		return kept.slice(fromSeq - first.seq, fromSeq - first.seq + limit);
	}

	/** The match has acted on everything up to this one. */
	passed(matchId: string, lastSeq: number): void {
		const kept = this.#inputs.get(matchId);
		const first = kept?.[0];
		if (kept === undefined || first === undefined || first.seq > lastSeq) return;
		this.#count -= kept.splice(0, lastSeq + 1 - first.seq).length;
		if (kept.length === 0) this.#inputs.delete(matchId);
	}

	#drop(): void {
		const [longest] = this.#inputs;
		if (longest === undefined) return;
		this.#count -= longest[1].length;
		this.#inputs.delete(longest[0]);
	}
}
