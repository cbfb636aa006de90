/**
 * The lane: stores inputs by group commit, delivers each match's in order with one call in flight, marks time in play, and
 * knows when a feed last spoke. A slow match delays no other.
 */
import type {
	AppendAnswer,
	Appended,
	AppendRequest,
	CommandAnswer,
	CommandRequest,
	LaneOps,
} from "../../shared/contracts/lane.ts";
import type { MatchRpc } from "../../shared/contracts/match.ts";
import type { Input } from "../../shared/feeds/canonical.ts";
import { FEED, GROUP_COMMIT_MAX } from "../../shared/limits.ts";
import { createDeadlines, type Deadlines } from "../runtime/deadlines.ts";
import { groupCommit } from "../runtime/group-commit.ts";
import { migrate } from "../runtime/migrate.ts";
import type { Ports } from "../runtime/ports.ts";
import { Delivery } from "./delivery.ts";
import { LANE_MIGRATIONS } from "./migrations.ts";
import { FeedSpeech } from "./speech.ts";
import { LaneStore, TRADER } from "./store.ts";

export type LaneDeps = {
	readonly ports: Ports;
	readonly name: string;
	readonly matchClient: (matchId: string) => Pick<MatchRpc, "apply">;
};

type Append = { readonly provider: string; readonly inputs: readonly Input[] };

const NET = "net";
const PRUNE = "prune";

export class LaneActor {
	readonly #deps: LaneDeps;
	readonly #store: LaneStore;
	readonly #speech: FeedSpeech;
	readonly #deadlines: Deadlines;
	readonly #append: (item: Append) => Promise<readonly Appended[]>;
	readonly #deliveries = new Map<string, Delivery>();

	constructor(deps: LaneDeps) {
		this.#deps = deps;
		const { ports } = deps;
		migrate(ports.sql, LANE_MIGRATIONS);
		this.#store = new LaneStore(ports.sql);
		this.#deadlines = createDeadlines(ports);
		this.#speech = new FeedSpeech(ports.now());
		this.#append = groupCommit({ ports, maxBatch: GROUP_COMMIT_MAX, run: (batch) => this.#commit(batch) });
	}

	/** LAN-1: answers once the inputs are durable; the match applies them after. */
	async append({ provider, inputs }: AppendRequest): Promise<AppendAnswer> {
		const results = await this.#append({ provider, inputs });
		this.#speech.spoke(provider, this.#deps.ports.now());
		this.#pump(new Set(inputs.map((input) => input.matchId)));
		return { v: 1, results };
	}

	heartbeat(provider: string): void {
		this.#speech.spoke(provider, this.#deps.ports.now());
	}

	/** A trader's command in the match's own order; answered when the match has acted on it. */
	async command(request: CommandRequest): Promise<CommandAnswer> {
		const { matchId, id, trader, command } = request;
		const input: Input = { v: 1, kind: "trader", id, matchId, sentAtMs: this.#deps.ports.now(), trader, command };
		const known = this.#store.matchOf(matchId);
		if (known === null) return { kind: "refused", code: "unknown_match", message: `no match ${matchId} in this lane` };
		const [appended] = await this.#append({ provider: TRADER, inputs: [input] });
		if (appended === undefined || appended.kind === "refused") {
			return { kind: "refused", code: appended?.code ?? "busy", message: "the command was not stored" };
		}
		const answer = this.#delivery(matchId).whenApplied(appended.seq);
		this.#pump([matchId]);
		return answer;
	}

	ops(): LaneOps {
		const nowMs = this.#deps.ports.now();
		const matches = this.#store.all().flatMap((matchId) => this.#store.matchOf(matchId) ?? []);
		return {
			lane: this.#deps.name,
			matches: matches.map((match) => ({ ...match, spokeAgoMs: this.#speech.sinceSpokeMs(match.provider, nowMs) })),
		};
	}

	/** The net under the timers: after a restart, marks and undelivered inputs go on from here. */
	onAlarm(): void {
		const nowMs = this.#deps.ports.now();
		for (const name of this.#deadlines.takeDue(nowMs)) {
			if (name === PRUNE) this.#store.prune(nowMs - FEED.keepEndedMs);
		}
		const active = this.#store.active();
		if (active.length > 0) this.#deadlines.setIfSooner(NET, nowMs + FEED.netMs);
		this.#pump(active);
	}

	#commit(batch: readonly Append[]): readonly (readonly Appended[])[] {
		const { ports } = this.#deps;
		const nowMs = ports.now();
		return ports.sql.transaction(() => {
			const results = batch.map(({ provider, inputs }) =>
				inputs.map((input) => this.#store.append(provider, input, nowMs)),
			);
			this.#deadlines.setIfSooner(NET, nowMs + FEED.netMs);
			return results;
		});
	}

	#pump(matchIds: Iterable<string>): void {
		for (const matchId of matchIds) {
			if (this.#store.matchOf(matchId) !== null) this.#delivery(matchId).pump();
		}
	}

	#delivery(matchId: string): Delivery {
		let delivery = this.#deliveries.get(matchId);
		if (delivery === undefined) {
			const { ports, name, matchClient } = this.#deps;
			delivery = new Delivery({
				ports,
				lane: name,
				matchId,
				store: this.#store,
				speech: this.#speech,
				match: () => matchClient(matchId),
				inPlay: () => this.#deadlines.setIfSooner(NET, ports.now() + FEED.netMs),
				ended: () => this.#deadlines.setIfSooner(PRUNE, ports.now() + FEED.keepEndedMs),
			});
			this.#deliveries.set(matchId, delivery);
		}
		return delivery;
	}
}
