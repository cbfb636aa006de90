/** One schedule of a small world: what may happen next, and what happens. */
import type { DeskActor } from "../../durable-objects/desk/actor.ts";
import type { WalletActor } from "../../durable-objects/wallet/actor.ts";
import { deskName, matchName } from "../../shared/contracts/ids.ts";
import type { WalletRpc } from "../../shared/contracts/wallet.ts";
import { digest, type Machine, type Message } from "./machine.ts";
import { Promises } from "./promises.ts";
import type { Disturbances, SmallWorld } from "./small-world.ts";
import { betOf, type Lane, MARKET, playerId, REGION, type Stage, WALLET } from "./stage.ts";

/** Requests that do harm when they come again; a repeated look does none. */
const COPIED: ReadonlySet<string> = new Set([
	"place",
	"offer",
	"start",
	"confirm",
	"votes",
	"ask",
	"release",
	"results",
	"legResults",
]);
/** Longer than a ticket's deadline with all that may delay its answer. */
const PATIENCE_MS = 180_000;
const AFTERWARDS_MS = 2_000;
/** What a desk still has to say to its wallets. */
const OWED = `SELECT (SELECT count(*) FROM legs WHERE vote_answered = 0)
	+ (SELECT count(*) FROM legs JOIN results USING (market) WHERE told_version < settlement_version) AS n`;
const CLIENT = "client";
/** An outcome nobody else has bet on. */
const PROBED = "away";

export class Schedule {
	readonly machine: Machine;
	readonly promises: Promises;
	readonly #world: SmallWorld;
	readonly #lane: Lane;
	readonly #left: { -readonly [Key in keyof Disturbances]: number };
	#isSuspended = false;
	#hasEnded = false;

	private constructor(world: SmallWorld, promises: Promises, machine: Machine, lane: Lane) {
		this.#world = world;
		this.promises = promises;
		this.machine = machine;
		this.#lane = lane;
		this.#left = { ...world.disturbances };
	}

	static async begin(world: SmallWorld, stage: Stage): Promise<Schedule> {
		const promises = new Promises(world.scene);
		const { machine, lane } = await stage.start(promises);
		const schedule = new Schedule(world, promises, machine, lane);
		for (const [n, { player, matches }] of world.bets.entries())
			schedule.#place(stage.bet(machine, { player, ticketId: `ticket-${n + 1}0`, matches, outcomeId: "home" }));
		await machine.settle();
		return schedule;
	}

	/** Two schedules with the same key have the same future. */
	key(): string {
		const { machine, promises } = this;
		return digest(
			`${machine.key()} ${promises.key(machine)} ${JSON.stringify(this.#left)} ${this.#isSuspended} ${this.#lane.nextMarkAtMs}`,
		);
	}

	/** What may happen next; nothing: this is the end. */
	choices(): readonly string[] {
		if (this.#hasEnded) return [];
		const { machine } = this;
		const moving = machine.flying.filter(({ isHeld }) => !isHeld);
		const held = machine.flying.filter(({ isHeld }) => isHeld);
		const comes = [...moving, ...held].map(({ id }) => `deliver ${id}`);
		const isOver = moving.length === 0 && this.#isOver();
		if (isOver) return [...comes, this.#isSuspended ? "reopen" : "end"];
		return [...comes, ...(moving.length === 0 ? ["time"] : []), ...this.#disturbances(moving)];
	}

	#disturbances(moving: readonly Message[]): readonly string[] {
		const { suspensions, crashes, late, copies, results } = this.#left;
		const requests = moving.filter(({ kind, method, isCopy }) => kind === "request" && !isCopy && COPIED.has(method));
		return [
			...(suspensions > 0 && !this.#isSuspended ? ["suspend"] : []),
			...(this.#isSuspended ? ["reopen"] : []),
			...(results > 0 ? ["settle"] : []),
			...(copies > 0 ? requests.map(({ id }) => `copy ${id}`) : []),
			...(late > 0 ? moving.map(({ id }) => `late ${id}`) : []),
			...(crashes > 0 ? this.#mortals().flatMap((name) => this.#deathsOf(name, moving)) : []),
		];
	}

	#mortals(): readonly string[] {
		return this.machine.names.filter((name) => this.#world.mortals.some((kind) => name.startsWith(kind)));
	}

	/** To lose what is on its way differs from not losing it only where there is something. */
	#deathsOf(name: string, moving: readonly Message[]): readonly string[] {
		const isAwaited = moving.some(({ kind, to }) => kind === "request" && to === name);
		return isAwaited ? [`crash ${name}`, `lose ${name}`] : [`crash ${name}`];
	}

	async take(choice: string): Promise<void> {
		const { machine, promises } = this;
		const [kind = ""] = choice.split(" ", 1);
		const what = choice.slice(kind.length + 1);
		const [first = ""] = this.#world.scene.matches;
		switch (kind) {
			case "deliver":
				await machine.deliver(what);
				break;
			case "copy":
				this.#left.copies--;
				await machine.deliver(what, true);
				break;
			case "late":
				this.#left.late--;
				machine.hold(what);
				break;
			case "crash":
			case "lose":
				this.#left.crashes--;
				await this.#crash(what, kind === "lose");
				break;
			case "suspend":
				this.#left.suspensions--;
				this.#isSuspended = true;
				promises.withdraw(first);
				await this.#lane.trade(first, { action: "suspend" });
				break;
			case "reopen":
				this.#isSuspended = false;
				await this.#lane.trade(first, { action: "reopen" });
				break;
			case "settle":
				this.#left.results--;
				promises.withdraw(first);
				await this.#lane.trade(first, { action: "settle_market", marketId: MARKET, winners: ["home"] });
				break;
			case "time":
				await this.#pass();
				break;
			case "end":
				await this.#end();
				break;
			default:
				throw new Error(`nothing is called ${choice}`);
		}
		if (!this.#hasEnded) promises.look(machine);
		if (machine.passedMs > PATIENCE_MS && !this.#hasEnded) {
			this.#hasEnded = true;
			promises.broken.push({ rule: "BET-3", what: "something waits for ever" });
		}
	}

	async #crash(name: string, loses: boolean): Promise<void> {
		const { delayMs } = this.#world.scene;
		this.promises.died(name);
		// MAT-3: nobody knows what happened in play while it was gone.
		if (name.startsWith("match:") && delayMs !== null) this.promises.withdraw(name.slice("match:".length));
		await this.machine.crash(name, loses);
	}

	/** In play the lane's marks are part of time. */
	async #pass(): Promise<void> {
		const { machine } = this;
		const nextMarkAtMs = this.#nextMarkAtMs();
		if (nextMarkAtMs <= (machine.nextAtMs() ?? nextMarkAtMs) && nextMarkAtMs < Number.POSITIVE_INFINITY)
			await this.#lane.markAll(this.#world.scene.matches);
		else await machine.pass();
	}

	/** Whether everything has been decided and told, as far as anybody knows. */
	#isOver(): boolean {
		const { machine } = this;
		const wallet = machine.disk(WALLET);
		const count = (name: string, query: string): number => Number(machine.disk(name).exec(query)[0]?.n ?? 0);
		if (
			wallet.exec("SELECT 1 AS one FROM tickets WHERE status = 'pending' UNION ALL SELECT 1 FROM releases").length > 0
		)
			return false;
		return this.#world.scene.matches.every((matchId) => {
			const [desk, match] = [deskName(matchId, REGION), matchName(matchId)];
			const undecided = machine.isAwake(desk) ? (machine.actor(desk) as DeskActor).ops().pendingLegs : 0;
			const owed = machine.disk(desk).has("legs") ? count(desk, OWED) : 0;
			const untold = count(match, "SELECT count(*) AS n FROM result_outbox");
			return undecided + owed + untold === 0 && this.#isCounted(desk, match);
		});
	}

	#isCounted(desk: string, match: string): boolean {
		const { machine } = this;
		const sum = (name: string, table: string): string =>
			machine.disk(name).has(table)
				? JSON.stringify(
						machine
							.disk(name)
							.exec(
								`SELECT market, outcome, sum(risk) AS risk FROM ${table} GROUP BY market, outcome HAVING sum(risk) > 0 ORDER BY 1, 2`,
							),
					)
				: "[]";
		return sum(desk, "legs") === sum(match, "grants");
	}

	/** What is still held never comes. Then whoever bets is served: all that there is must be able to decide. */
	async #end(): Promise<void> {
		const { machine, promises } = this;
		machine.dropHeld();
		promises.end(machine);
		this.#hasEnded = true;
		if (this.#left.results < this.#world.disturbances.results) return;
		const { matches } = this.#world.scene;
		// By then no desk judges by a quote of before the last change.
		await this.#wait(AFTERWARDS_MS);
		const bets = matches.map((matchId, n) =>
			betOf(machine, { player: 1, ticketId: `probe-${n + 1}00`, matches: [matchId], outcomeId: PROBED }),
		);
		for (const bet of bets) this.#place(bet);
		await machine.settle();
		const wallet = machine.actor(WALLET) as WalletActor;
		const untilMs = machine.clockMs + PATIENCE_MS;
		while (machine.clockMs < untilMs && (machine.flying.length > 0 || wallet.measures().pendingTickets > 0))
			await this.#goOn();
		for (const { ticket } of bets) {
			const query = "SELECT status FROM tickets WHERE player_id = ? AND ticket_key LIKE ?";
			const [row] = machine.disk(WALLET).exec(query, playerId(1), `%/${ticket.id}`);
			promises.probed(`a bet on ${ticket.legs[0]?.matchId}`, String(row?.status));
		}
	}

	/** One more thing happens, in the order of its making. */
	async #goOn(): Promise<void> {
		const next = this.machine.flying[0];
		if (next === undefined) await this.#pass();
		else await this.machine.deliver(next.id);
	}

	async #wait(ms: number): Promise<void> {
		const { machine } = this;
		const untilMs = machine.clockMs + ms;
		const isNext = (): boolean =>
			Math.min(machine.nextAtMs() ?? Number.POSITIVE_INFINITY, this.#nextMarkAtMs()) <= untilMs;
		while (machine.flying.length > 0 || isNext()) await this.#goOn();
		machine.clockMs = untilMs;
	}

	#nextMarkAtMs(): number {
		return this.#world.scene.delayMs === null ? Number.POSITIVE_INFINITY : this.#lane.nextMarkAtMs;
	}

	#place(bet: ReturnType<typeof betOf>): void {
		this.machine
			.client<WalletRpc>(CLIENT, WALLET)
			.place(bet)
			.catch(() => {});
	}
}
