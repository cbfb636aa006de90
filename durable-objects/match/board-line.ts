/** The match's line on the board: at most one a second, a changed headline at once, repeated until the board has it. */
import type { BoardRpc, MatchSummary } from "../../shared/contracts/board.ts";
import { BOARD, RETRY, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import { faultText } from "../runtime/log.ts";
import type { Cancel, Ports } from "../runtime/ports.ts";
import { CallRefused, withTimeout } from "../runtime/rpc-timeout.ts";

/** Upserts one start can make; far above what a match lives for. */
const ORDERS_A_START = 1_000_000_000;

export class BoardLine {
	readonly #ports: Ports;
	readonly #board: () => Pick<BoardRpc, "upsert">;
	#order: number;
	#shown = "";
	#headline = "";
	#next: MatchSummary | null = null;
	#sentAtMs = 0;
	#isBusy = false;
	#timer: Cancel | null = null;

	constructor(ports: Ports, startNo: number, board: () => Pick<BoardRpc, "upsert">) {
		this.#ports = ports;
		this.#board = board;
		this.#order = startNo * ORDERS_A_START;
	}

	show(summary: MatchSummary): void {
		const text = JSON.stringify(summary);
		if (text === this.#shown) return;
		this.#shown = text;
		this.#next = summary;
		const headline = `${summary.headline?.status} ${summary.headline?.version} ${summary.status}`;
		const isUrgent = headline !== this.#headline;
		this.#headline = headline;
		this.#schedule(isUrgent ? 0 : BOARD.conflateMs - (this.#ports.now() - this.#sentAtMs));
	}

	#schedule(delayMs: number): void {
		if (this.#isBusy) return;
		this.#timer?.();
		this.#timer = this.#ports.timer(Math.max(0, delayMs), () => {
			this.#timer = null;
			if (!this.#isBusy) this.#ports.background(this.#send());
		});
	}

	async #send(): Promise<void> {
		const summary = this.#next;
		if (summary === null) return;
		this.#isBusy = true;
		let waitMs: number = BOARD.conflateMs;
		this.#next = null;
		this.#sentAtMs = this.#ports.now();
		this.#order++;
		try {
			// The number of this start is part of the order: it must not be given twice.
			await this.#ports.sync();
			await withTimeout(
				this.#ports,
				"board.upsert",
				RPC_TIMEOUT_MS,
				this.#board().upsert({ v: 1, order: this.#order, summary }),
			);
		} catch (fault) {
			this.#ports.log.warn("board_not_told", { matchId: summary.matchId, fault: faultText(fault) });
			this.#next ??= summary;
			// A line that the board cannot read is no better for being sent again, before a deploy has reached it.
			if (fault instanceof CallRefused) waitMs = RETRY.refusedMs;
		}
		this.#isBusy = false;
		if (this.#next !== null) this.#schedule(waitMs);
	}
}
