/** A match in play inside workerd, which applies what it is told to. */
import { expect } from "vitest";
import { rpcClient, stubOf } from "../../durable-objects/runtime/stubs.ts";
import type { BoardRpc } from "../../shared/contracts/board.ts";
import { BOARD_NAME, matchName } from "../../shared/contracts/ids.ts";
import type { Input } from "../../shared/feeds/canonical.ts";
import { fixture } from "../../testing/football-inputs.ts";
import { bindings } from "./bindings.ts";

export class LiveMatch {
	readonly matchId: string;
	readonly topic: string;
	readonly #stub;
	#seq = 0;
	#sentAtMs = Date.now();

	constructor(matchId: string) {
		this.matchId = matchId;
		this.topic = matchName(matchId);
		this.#stub = stubOf(bindings.MATCH, this.topic);
	}

	async kickOff(): Promise<void> {
		const board = rpcClient<BoardRpc>(bindings.BOARD, BOARD_NAME);
		await board.claim({ v: 1, group: "demo", matches: [{ matchId: this.matchId, opens: true }] });
		await this.#apply(fixture({ ...this.#envelope(), scheduledAtMs: Date.now() - 60_000, format: {} }));
		const clock = { elapsedSec: 0, running: true };
		await this.#apply({ ...this.#envelope(), kind: "state", phase: "first_half", clock });
	}

	/** Each turn of it is a change that readers hear of. */
	danger(on: boolean): Promise<void> {
		return this.#apply({ ...this.#envelope(), kind: "danger", on });
	}

	goal(incidentId: string): Promise<void> {
		return this.#apply({
			...this.#envelope(),
			kind: "incident",
			incidentId,
			incident: "goal",
			side: "home",
			clockSec: 60,
		});
	}

	/** A socket of a relay that is played by a test. */
	async socket(): Promise<WebSocket> {
		const { webSocket } = await this.#stub.fetch("https://publisher/v1/stream", { headers: { upgrade: "websocket" } });
		if (webSocket === null) throw new Error("no socket");
		return webSocket;
	}

	#envelope() {
		return { v: 1 as const, id: `i${this.#seq + 1}`, matchId: this.matchId, sentAtMs: ++this.#sentAtMs };
	}

	async #apply(input: Input): Promise<void> {
		const answer = await this.#stub.apply({
			v: 1,
			matchId: this.matchId,
			lane: "lane:replay:0",
			fromSeq: this.#seq + 1,
			inputs: [{ seq: ++this.#seq, provider: "replay", receivedAtMs: Date.now(), input }],
			headSeq: this.#seq,
			speech: null,
			quietLimitMs: 5_000,
			lostAfterMs: 20_000,
			feedLost: false,
		});
		expect(answer.rejected).toEqual([]);
	}
}
