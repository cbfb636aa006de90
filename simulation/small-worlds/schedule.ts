/** What may happen next in a small world, and what happens. */
import type { MatchActor } from "../../durable-objects/match/actor.ts";
import { matchName } from "../../shared/contracts/ids.ts";
import type { PlaceRequest } from "../../shared/contracts/wallet.ts";
import { isOver, judgeEnd } from "./promises.ts";
import type { Disturbances, SmallWorld } from "./small-world.ts";
import type { Stage } from "./stage.ts";
import { betOf, MARKET, playerId, type Quoted, quoteOf, START_MS, WALLET } from "./stage.ts";
import type { Message, State } from "./state.ts";
import { OUTSIDE } from "./state.ts";
import { Steps } from "./steps.ts";

export type Choice =
	| { readonly kind: "deliver" | "copy" | "late"; readonly message: Message }
	| { readonly kind: "crash" | "lose"; readonly object: number }
	| { readonly kind: "suspend" | "reopen" | "settle" | "time" | "end" };

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
/** An outcome nobody else has bet on. */
const PROBED = "away";

export class Schedule {
	readonly #world: SmallWorld;
	readonly #steps: Steps;
	readonly #stage: Stage;
	readonly #skipsMarks: boolean;

	constructor(world: SmallWorld, stage: Stage, { skipsMarks }: { readonly skipsMarks: boolean }) {
		this.#skipsMarks = skipsMarks;
		this.#world = world;
		this.#stage = stage;
		this.#steps = new Steps(stage);
	}

	async begin(): Promise<State> {
		let state = await this.#steps.begin(this.#world.disturbances);
		const bets: PlaceRequest[] = [];
		for (const [n, { player, matches }] of this.#world.bets.entries()) {
			// A look at a price in a past of its own: the bets of a world leave nothing behind before they arrive.
			const { quoted } = await this.#quoted(state, matches, "home");
			bets.push(betOf({ player, ticketId: `ticket-${n + 1}0`, matches, outcomeId: "home" }, quoted, START_MS));
		}
		const wallet = this.#stage.index(WALLET);
		for (const [n, bet] of bets.entries()) state = this.#steps.call(state, n + 1, wallet, "place", bet);
		return state;
	}

	/** What may happen next; nothing: this is the end. */
	choices(state: State): readonly Choice[] {
		if (state.hasEnded) return [];
		const moving = state.flying.filter(({ isHeld }) => !isHeld);
		const held = state.flying.filter(({ isHeld }) => isHeld);
		const comes = [...moving, ...held].map((message): Choice => ({ kind: "deliver", message }));
		if (moving.length > 0) return [...comes, ...this.#disturbances(state, moving)];
		if (isOver(this.#stage, state)) return [...comes, { kind: state.isSuspended ? "reopen" : "end" }];
		return [...comes, { kind: "time" }, ...this.#disturbances(state, moving)];
	}

	#disturbances({ left, isSuspended }: State, moving: readonly Message[]): readonly Choice[] {
		const requests = moving.filter(({ kind, method, isCopy }) => kind === "request" && !isCopy && COPIED.has(method));
		const choices: Choice[] = [];
		if (left.suspensions > 0 && !isSuspended) choices.push({ kind: "suspend" });
		if (isSuspended) choices.push({ kind: "reopen" });
		if (left.results > 0) choices.push({ kind: "settle" });
		if (left.copies > 0) for (const message of requests) choices.push({ kind: "copy", message });
		if (left.late > 0) for (const message of moving) choices.push({ kind: "late", message });
		if (left.crashes > 0) for (const object of this.#mortals()) choices.push(...deathsOf(object, moving));
		return choices;
	}

	#mortals(): readonly number[] {
		const isMortal = (name: string): boolean => this.#world.mortals.some((kind) => name.startsWith(kind));
		return [...this.#stage.names.keys()].filter((n) => isMortal(this.#stage.names[n] ?? ""));
	}

	async take(state: State, choice: Choice): Promise<State> {
		const steps = this.#steps;
		const { left } = state;
		const spent = (what: keyof Disturbances): State => ({ ...state, left: { ...left, [what]: left[what] - 1 } });
		const next = async (): Promise<State> => {
			switch (choice.kind) {
				case "deliver":
					return steps.deliver(state, choice.message);
				case "copy":
					return steps.deliver(spent("copies"), choice.message, true);
				case "late":
					return steps.hold(spent("late"), choice.message);
				case "crash":
				case "lose":
					return steps.crash(spent("crashes"), choice.object, choice.kind === "lose");
				case "suspend":
					return steps.trade({ ...spent("suspensions"), isSuspended: true }, { action: "suspend" }, true);
				case "reopen":
					return steps.trade({ ...state, isSuspended: false }, { action: "reopen" }, false);
				case "settle":
					return steps.trade(spent("results"), { action: "settle_market", marketId: MARKET, winners: ["home"] }, true);
				case "time":
					return steps.pass(state, this.#skipsMarks);
				case "end":
					return this.#end(state);
			}
		};
		const after = await next();
		if (after.hasEnded || after.clockMs - START_MS <= PATIENCE_MS) return after;
		return { ...after, hasEnded: true, broken: [...after.broken, { rule: "BET-3", what: "something waits for ever" }] };
	}

	/** What is still held never comes. Then whoever bets is served: all that there is must be able to decide. */
	async #end(state: State): Promise<State> {
		const flying = state.flying.filter(({ isHeld }) => !isHeld);
		const over: State = { ...state, flying, hasEnded: true, broken: judgeEnd(this.#stage, state) };
		if (over.broken.length > 0 || state.left.results < this.#world.disturbances.results) return over;
		// By then no desk judges by a quote of before the last change.
		const rested = await this.#wait(over, AFTERWARDS_MS);
		return this.#probe(rested);
	}

	async #probe(rested: State): Promise<State> {
		const wallet = this.#stage.index(WALLET);
		let state = rested;
		for (const [n, matchId] of this.#stage.scene.matches.entries()) {
			const { after, quoted } = await this.#quoted(state, [matchId], PROBED);
			const wanted = { player: 1, ticketId: `probe-${n + 1}00`, matches: [matchId], outcomeId: PROBED };
			state = this.#steps.call(after, 100 + n, wallet, "place", betOf(wanted, quoted, state.clockMs));
		}
		const untilMs = state.clockMs + PATIENCE_MS;
		const isPending = (): boolean => {
			const seen = state.pasts[wallet]?.seen;
			return seen?.kind === "wallet" && seen.pending > 0;
		};
		while (state.clockMs < untilMs && (state.flying.length > 0 || isPending())) state = await this.#goOn(state);
		const seen = state.pasts[wallet]?.seen;
		const statuses = seen?.kind === "wallet" ? seen.tickets : new Map();
		const unserved = this.#stage.scene.matches.flatMap((matchId, n) => {
			const status = statuses.get(`${playerId(1)}/probe-${n + 1}00`)?.status;
			return status === "accepted"
				? []
				: [{ rule: "BET-3", what: `when all was over, a bet on ${matchId} was ${status}` }];
		});
		return { ...state, broken: [...state.broken, ...unserved] };
	}

	async #quoted(state: State, matches: readonly string[], outcomeId: string) {
		let after = state;
		const quoted: Quoted[] = [];
		for (const matchId of matches) {
			const match = this.#stage.index(matchName(matchId));
			after = await this.#steps.tell(after, match, {
				kind: "happens",
				what: `a look at ${outcomeId}`,
				withdraws: false,
				run: (actor) => quoteOf(actor as MatchActor, matchId, outcomeId),
			});
			quoted.push(after.pasts[match]?.returned as Quoted);
		}
		return { after, quoted };
	}

	/** One more thing happens, in the order of numbers. */
	#goOn(state: State): Promise<State> {
		const [next] = state.flying;
		return next === undefined ? this.#steps.pass(state) : this.#steps.deliver(state, next);
	}

	async #wait(from: State, ms: number): Promise<State> {
		let state = from;
		const untilMs = state.clockMs + ms;
		while (state.flying.length > 0 || (this.#steps.nextAtMs(state) ?? Number.POSITIVE_INFINITY) <= untilMs)
			state = await this.#goOn(state);
		return { ...state, clockMs: untilMs };
	}

	/** For people. */
	name(choice: Choice): string {
		const nameOf = (object: number): string => (object === OUTSIDE ? "outside" : (this.#stage.names[object] ?? ""));
		if ("object" in choice) return `${choice.kind} ${nameOf(choice.object)}`;
		if (!("message" in choice)) return choice.kind;
		const { call, method, kind, from, to, isCopy } = choice.message;
		const made = `${nameOf(call.caller)}/${call.life}.${call.no}`;
		return `${choice.kind} ${made} ${method} ${kind} ${nameOf(from)}>${nameOf(to)}${isCopy ? " again" : ""}`;
	}
}

/** To lose what is on its way differs from not losing it only where there is something. */
function deathsOf(object: number, moving: readonly Message[]): readonly Choice[] {
	const isAwaited = moving.some(({ kind, to }) => kind === "request" && to === object);
	return isAwaited
		? [
				{ kind: "crash", object },
				{ kind: "lose", object },
			]
		: [{ kind: "crash", object }];
}
