/** The match as it is stored: inputs and journal go in, and what they lead to counts once it is stored (MAT-3). */
import type { ApplyAnswer, ApplyRequest } from "../../shared/contracts/match.ts";
import type { ReportBody } from "../../shared/contracts/reports.ts";
import { ContractFault } from "../../shared/errors.ts";
import type { Deadlines } from "../runtime/deadlines.ts";
import type { Ports } from "../runtime/ports.ts";
import { applyBatch, applyEntry, type StepDeps } from "./apply.ts";
import type { JournalEvent } from "./journal.ts";
import { nextDueAtMs } from "./official.ts";
import type { MatchState } from "./state.ts";
import type { StoredState } from "./state-rows.ts";
import type { TimeKeeper } from "./time-keeper.ts";

export type MatchLogDeps = Omit<StepDeps, "report"> & {
	/** Rows for Postgres, in the transaction that makes them true. */
	readonly report: (bodies: readonly ReportBody[]) => void;
	readonly ports: Pick<Ports, "sql" | "now" | "log">;
	readonly matchId: string;
	readonly deadlines: Deadlines;
	readonly time: TimeKeeper;
};

export class MatchLog {
	readonly #deps: MatchLogDeps;
	#stored: StoredState | null;
	#lastSeq: number;
	#lane: string | null;

	constructor(deps: MatchLogDeps) {
		this.#deps = deps;
		const { stored, lastSeq, lane } = deps.store.load();
		this.#stored = stored;
		this.#lastSeq = lastSeq;
		this.#lane = lane;
	}

	/** Null while there is no match. */
	get state(): MatchState | null {
		return this.#stored?.state ?? null;
	}

	get lastSeq(): number {
		return this.#lastSeq;
	}

	get lane(): string | null {
		return this.#lane;
	}

	/** LAN-1: another lane numbers other inputs; taking its word would mix two logs. */
	requireLane(lane: string): void {
		if (this.#lane === null || lane === this.#lane) return;
		throw new ContractFault("match.apply", [
			{ path: "lane", message: `${this.#deps.matchId} listens to ${this.#lane}` },
		]);
	}

	apply(request: ApplyRequest, nowMs: number): ApplyAnswer["rejected"] {
		const { store, deadlines, time } = this.#deps;
		const first = request.inputs[0]?.seq;
		if (first === undefined) return [];
		const repeated = first <= this.#lastSeq ? store.rejectedBetween(first, this.#lastSeq) : [];
		if (!request.inputs.some(({ seq }) => seq > this.#lastSeq)) return [...repeated];
		const { state: before } = this;
		const { stepped, stored } = this.#reporting((steps) => {
			const result = applyBatch(steps, before, this.#lastSeq, request, nowMs);
			const saved = store.saveState(this.#stored, result.state, result.lastSeq, request.lane);
			const startMs = result.state?.fixture.scheduledAtMs;
			if (startMs !== undefined && startMs !== before?.fixture.scheduledAtMs) deadlines.set("kick_off", startMs);
			return { stepped: result, stored: saved };
		});
		time.applied(before, stepped.state);
		this.#stored = stored;
		this.#wakeForDue();
		this.#lastSeq = stepped.lastSeq;
		this.#lane = request.lane;
		return [...repeated, ...stepped.rejected];
	}

	/** MAT-3: what time asks for is entered first. True: readers do not know it yet. */
	notice(nowMs: number): boolean {
		const before = this.state;
		return (
			before !== null && this.#deps.time.notice(before, nowMs, (state, event) => this.enter(state, event)) !== before
		);
	}

	/** A change that is no input. */
	enter(state: MatchState, event: JournalEvent): MatchState {
		const { ports, store, matchId } = this.#deps;
		const { next, stored } = this.#reporting((steps) => {
			const entered = applyEntry(steps, state, event, ports.now());
			return { next: entered, stored: store.saveState(this.#stored, entered, this.#lastSeq, this.#lane) };
		});
		this.#stored = stored;
		this.#wakeForDue();
		const line = { matchId, ...event, afterSeq: state.lastSeq };
		if (event.kind === "deviation_alarm" || event.kind === "overdue") ports.log.warn("deviation", line);
		else ports.log.info("journal", line);
		return next;
	}

	/** One transaction, with all that it has to tell Postgres. */
	#reporting<T>(run: (steps: StepDeps) => T): T {
		const { ports, store, termsFor, report } = this.#deps;
		return ports.sql.transaction(() => {
			const bodies: ReportBody[] = [];
			const made = run({ store, termsFor, report: (body) => void bodies.push(body) });
			report(bodies);
			return made;
		});
	}

	/** Results, facts and alarms that time alone makes due: nobody needs to be listening. */
	#wakeForDue(): void {
		const { deadlines } = this.#deps;
		const { state } = this;
		const atMs = state === null ? null : nextDueAtMs(state);
		if (atMs === null) deadlines.clear("due");
		else deadlines.set("due", atMs);
	}
}
