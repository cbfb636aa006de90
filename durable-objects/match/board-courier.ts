/** The match's summary on its way to the board: what lists show of it, at most one a second, a changed headline at once, repeated until the board has it. */
import type { BoardRpc, MatchSummary } from "../../shared/contracts/board.ts";
import { BOARD } from "../../shared/limits.ts";
import { AFTER_A_DEPLOY, Courier, type Failure } from "../runtime/courier.ts";
import { faultText } from "../runtime/log.ts";
import type { Ports } from "../runtime/ports.ts";

/** Numbers that one start of the match has for its summaries: at one a second, for longer than any match. */
const ORDERS_A_START = 1_000_000_000;
const THE_BOARD = "board";

/** What a list shows; a clock that runs on as it ran is no news of each second, and counts by when it would have begun. */
function shownOf(summary: MatchSummary, tickMs: number): string {
	const { clock } = summary;
	if (!clock.running) return JSON.stringify(summary);
	const elapsedSec = Math.round(clock.elapsedSec - (tickMs / 1_000) * clock.rate);
	return JSON.stringify({ ...summary, clock: { ...clock, elapsedSec } });
}

type Upsert = { readonly order: number; readonly summary: MatchSummary };

export class BoardCourier {
	readonly #ports: Ports;
	readonly #courier: Courier<Upsert, unknown>;
	#order: number;
	#shown = "";
	#headline = "";
	#next: { readonly summary: MatchSummary; readonly dueAtMs: number } | null = null;
	#sentAtMs = 0;

	constructor(ports: Ports, startNo: number, board: () => Pick<BoardRpc, "upsert">) {
		this.#ports = ports;
		this.#order = startNo * ORDERS_A_START;
		this.#courier = new Courier<Upsert, unknown>({
			ports,
			what: "board.upsert",
			peers: () => [THE_BOARD],
			// A clock that was set back would have the board wait for it.
			dueAtMs: () => this.#next && Math.min(this.#next.dueAtMs, ports.now() + BOARD.conflateMs),
			// A match that changes twice in one turn sends one summary.
			gather: () => new Promise((resolve) => void ports.timer(0, () => resolve())),
			batch: () => this.#take(),
			// The number of this start is part of the order: it is durable by then, and not given twice.
			send: (_, upsert) => board().upsert({ v: 1, ...upsert }),
			decode: (answer) => answer,
			answered: () => {},
			retryMs: () => BOARD.conflateMs,
			// The next summary may be one that the board can read.
			kickOvertakes: () => true,
			refused: AFTER_A_DEPLOY,
			failed: (failure) => this.#putBack(failure),
		});
	}

	/** `tickMs`: the tick at which it is so. */
	show(summary: MatchSummary, tickMs: number): void {
		const text = shownOf(summary, tickMs);
		if (text === this.#shown) return;
		this.#shown = text;
		const headline = `${summary.headline?.status} ${summary.headline?.version} ${summary.status}`;
		const isUrgent = headline !== this.#headline;
		this.#headline = headline;
		const dueAtMs = isUrgent ? this.#ports.now() : this.#sentAtMs + BOARD.conflateMs;
		this.#next = { summary, dueAtMs: Math.min(dueAtMs, this.#next?.dueAtMs ?? dueAtMs) };
		this.#courier.kick();
	}

	#take(): Upsert | null {
		if (this.#next === null) return null;
		const { summary } = this.#next;
		this.#next = null;
		this.#sentAtMs = this.#ports.now();
		return { order: ++this.#order, summary };
	}

	#putBack({ batch, fault }: Failure<Upsert>): void {
		if (batch === null) return;
		const { summary } = batch;
		this.#ports.log.warn("board_not_told", { matchId: summary.matchId, fault: faultText(fault) });
		this.#next ??= { summary, dueAtMs: this.#ports.now() };
	}
}
