/**
 * The simulator's platform on a good network, with everything counted that crosses between two of its parts: the same cores and
 * stores run in it as in workerd. What only workerd has (the edge's HTTP, hibernation, its own handles) is not in these counts.
 */
import { serialize } from "node:v8";
import type { AppendAnswer } from "../../shared/contracts/lane.ts";
import type { Input } from "../../shared/feeds/canonical.ts";
import { seededRandom } from "../../shared/seeded-random.ts";
import { Page } from "../../simulation/story/readers.ts";
import { Platform } from "../../simulation/world/platform.ts";
import type { Player } from "../../simulation/world/player.ts";
import { Reports } from "../../simulation/world/queue.ts";
import { Relays } from "../../simulation/world/relays.ts";
import * as inputs from "../../testing/football-inputs.ts";
import { classOf, countedPorts } from "./counted-ports.ts";
import { Tally } from "./tally.ts";

export const MATCH = "final";
export const HOME = { matchId: MATCH, marketId: "1x2", outcomeId: "home" } as const;
const REGION = "weur";
const SEED = 1;
/** As long as a good disk takes to make a write durable: what comes meanwhile shares the next one. */
const SYNC_MS = 1;
const STEP_MS = 250;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const UNCOUNTED: ReadonlySet<string> = new Set(["network", "provider"]);

const bytesOf = (value: unknown): number => serialize(value).byteLength;
/** A topic of a publisher, and the kind of frame: `match delta`. */
function frameName(text: string): string {
	const [kind, topic] = JSON.parse(text) as readonly unknown[];
	return `${classOf(String(topic))} ${kind}`;
}

export class CountedWorld {
	readonly tally = new Tally();
	readonly platform: Platform;
	readonly #relays: Relays;
	readonly #reports = new Reports();
	readonly #pages: Page[] = [];
	#taken = 0;

	constructor() {
		const { tally } = this;
		let changes: (owner: string) => number = () => 0;
		this.platform = new Platform(SEED, {
			syncMs: () => SYNC_MS,
			between: (owner, ports) =>
				UNCOUNTED.has(owner) ? ports : countedPorts(owner, ports, tally, () => changes(owner)),
		});
		changes = (owner) => Number(this.platform.world.storage(owner).exec("SELECT total_changes() AS n")[0]?.n ?? 0);
		this.platform.observe = ({ from, to, method, request, answer }) => {
			const pair = `${from.startsWith("client") ? "edge" : classOf(from)} → ${classOf(to)} ${method}`;
			tally.add("calls", pair);
			tally.add("callBytes", pair, bytesOf(request) + bytesOf(answer));
		};
		this.#relays = new Relays(this.platform, seededRandom(SEED), {
			said: (text) => {
				tally.add("frames", frameName(text));
				tally.add("frameBytes", frameName(text), Buffer.byteLength(text));
			},
			left: () => {},
			toReader: (_, text) => tally.add("deliveries", frameName(text)),
			fromReader: (_, text) => tally.add("frames", `page ${String((JSON.parse(text) as readonly unknown[])[0])}`),
			forgotten: () => {},
			closed: () => {},
		});
		this.#relays.isHealed = true;
	}

	/** A match that begins in an hour. */
	async beforeMatch(): Promise<void> {
		this.#tell(inputs.fixture({ scheduledAtMs: this.platform.world.now() + HOUR_MS }));
		await this.live(2);
	}

	/** A match in its first minute, with a feed that speaks. */
	async inPlay(): Promise<void> {
		await this.beforeMatch();
		this.#tell(inputs.phase("first_half", 0));
		await this.live(3);
	}

	/** Answered as the time passes that the disk needs. */
	#tell(input: Input): void {
		this.platform.world.ports("provider").background(this.push([input]).then(() => {}));
	}

	push(of: readonly Input[]): Promise<AppendAnswer> {
		return this.platform.push(MATCH, of);
	}

	async player(): Promise<Player> {
		const made = this.platform.player(REGION);
		await this.platform.world.advance(STEP_MS);
		return made;
	}

	/** A page that shows the match, the lobby and its player's tickets. */
	watch(player: Player): void {
		this.#pages.push(new Page(this.#relays, player, REGION, [MATCH]));
	}

	/** Time passes: the feed says once a second that it is there, pages acknowledge, reports are stored and confirmed. */
	async live(seconds: number): Promise<void> {
		for (let second = 0; second < seconds; second++) {
			this.platform.heartbeat(MATCH);
			for (let ms = 0; ms < SECOND_MS; ms += STEP_MS) {
				for (const page of this.#pages) page.work(this.platform.world.now());
				await this.platform.world.advance(STEP_MS);
			}
			this.#store();
		}
		const [fault] = this.platform.world.faults;
		if (fault !== undefined) throw fault;
	}

	#store(): void {
		const fresh = this.platform.reports.slice(this.#taken);
		this.#taken = this.platform.reports.length;
		for (const message of fresh) {
			const { source, mark } = this.#reports.store(message);
			this.tally.add("queueMessages", classOf(source));
			this.tally.add("queueBytes", classOf(source), Buffer.byteLength(JSON.stringify(message)));
			this.tally.add("calls", `reporting → ${classOf(source)} confirmReports`);
			this.tally.add("callBytes", `reporting → ${classOf(source)} confirmReports`, bytesOf({ v: 1, source, mark }));
			this.platform.confirmReports(source, mark);
		}
	}
}
