/**
 * What must be true of a small world: after every step what can never be otherwise, in the end what was promised. It reads what
 * is stored, and judges by what the schedule itself has done: it withdrew the markets, it moved the clock.
 */
import type { AskAnswer, LegRef, OfferAnswer, ReleaseRequest, StartRequest } from "../../shared/contracts/desk.ts";
import { deskName, matchName } from "../../shared/contracts/ids.ts";
import type { PlaceAnswer } from "../../shared/contracts/wallet.ts";
import type { Machine, Message, Observer } from "./machine.ts";
import { MARKET, REGION, type Scene, STAKE_MINOR, WALLET } from "./stage.ts";

export type Broken = { readonly rule: string; readonly what: string };

const legOf = ({ ticketKey, legNo }: LegRef): string => `${ticketKey}#${legNo}`;

export class Promises implements Observer {
	readonly #scene: Scene;
	readonly broken: Broken[] = [];
	/** How often the markets of a match have been withdrawn; every bet names the version of before. */
	readonly withdrawn = new Map<string, number>();
	/** By confirmation that is on its way back: withdrawals that its match knew of when it answered. */
	readonly #confirmed = new WeakMap<object, number>();
	/** Legs of which their desk has said that they never will be reserved. */
	readonly #never = new Set<string>();
	/** When a desk that still lives began the window of a leg. */
	readonly #begun = new Map<string, number>();
	readonly #reserved = new Set<string>();
	readonly #statuses = new Map<string, string>();
	readonly #told = new Map<string, string>();
	/** The confirmation that has just arrived at its desk. */
	#arrival: Message | null = null;

	constructor(scene: Scene) {
		this.#scene = scene;
	}

	/** What a state is made of beside the objects: what was promised, and which answers are older than a withdrawal. */
	key(machine: Machine): string {
		const answers = machine.flying
			.filter(({ kind, method }) => kind === "answer" && method === "confirm")
			.map(({ id, call }) => `${id} ${this.#confirmed.get(call)}`)
			.toSorted();
		return JSON.stringify([[...this.#never].toSorted(), answers, [...this.withdrawn], [...this.#told].toSorted()]);
	}

	withdraw(matchId: string): void {
		this.withdrawn.set(matchId, (this.withdrawn.get(matchId) ?? 0) + 1);
	}

	died(name: string): void {
		for (const key of this.#begun.keys()) if (key.startsWith(`${name} `)) this.#begun.delete(key);
	}

	arrived = (message: Message, body: unknown, atMs: number): void => {
		const { kind, method, to, fault } = message;
		if (kind === "answer" && method === "confirm" && fault === null) this.#arrival = message;
		if (kind === "request" && method === "start")
			for (const leg of (body as StartRequest).legs) this.#begin(to, leg, atMs);
		if (kind === "request" && method === "release")
			for (const leg of (body as ReleaseRequest).legs) this.#never.add(`${to} ${legOf(leg)}`);
		if (kind === "answer" && method === "place" && fault === null) this.#hear(body as PlaceAnswer);
	};

	answered = ({ method, to, call, isCopy }: Message, answer: unknown, atMs: number): void => {
		if (method === "confirm" && !isCopy) this.#confirmed.set(call, this.withdrawn.get(to.slice("match:".length)) ?? 0);
		if (method === "ask")
			for (const vote of (answer as AskAnswer).votes) if (vote.vote === "no") this.#never.add(`${to} ${legOf(vote)}`);
		if (method !== "offer" || this.#scene.matches.length > 1) return;
		for (const leg of (answer as OfferAnswer).legs) if (leg.vote === "noted") this.#begin(to, leg, atMs);
	};

	/** A window begins once in a life of its desk. */
	#begin(desk: string, leg: LegRef, atMs: number): void {
		const key = `${desk} ${legOf(leg)}`;
		if (!this.#begun.has(key)) this.#begun.set(key, atMs);
	}

	#hear(answer: PlaceAnswer): void {
		if (answer.kind !== "ticket") {
			this.#break("BET-1", `a bet was answered ${answer.code}`);
			return;
		}
		const { id, status } = answer.ticket;
		if (status === "pending") return;
		const decision = status === "refused" ? "refused" : "accepted";
		if ((this.#told.get(id) ?? decision) !== decision) this.#break("BET-1", `${id} was told two decisions`);
		this.#told.set(id, decision);
	}

	#break(rule: string, what: string): void {
		this.broken.push({ rule, what });
	}

	/** After every step. */
	look(machine: Machine): void {
		const arrival = this.#arrival;
		this.#arrival = null;
		for (const matchId of this.#scene.matches) this.#lookAtDesk(machine, matchId, arrival);
		this.#lookAtTickets(machine);
		const [sum] = machine.disk(WALLET).exec("SELECT sum(amount) AS total FROM entries");
		if (sum?.total !== 0) this.#break("MON-2", `all entries together are ${sum?.total}`);
	}

	#lookAtDesk(machine: Machine, matchId: string, arrival: Message | null): void {
		const desk = deskName(matchId, REGION);
		const disk = machine.disk(desk);
		const carried = new Map<string, number>();
		for (const row of disk.has("legs") ? disk.exec("SELECT ticket_key, leg_no, outcome, risk FROM legs") : []) {
			const leg = `${row.ticket_key}#${row.leg_no}`;
			const outcome = String(row.outcome);
			carried.set(outcome, (carried.get(outcome) ?? 0) + Number(row.risk));
			if (this.#reserved.has(`${desk} ${leg}`)) continue;
			this.#reserved.add(`${desk} ${leg}`);
			this.#judgeReservation(machine, matchId, leg, arrival);
		}
		const grants = machine.disk(matchName(matchId)).exec("SELECT outcome, risk FROM grants");
		for (const { outcome, risk } of grants) {
			const least = carried.get(String(outcome)) ?? 0;
			if (Number(risk) < least) this.#break("MON-5", `${outcome} counts ${risk} and its desk carries ${least}`);
			if (Number(risk) > this.#scene.capBaseMinor) this.#break("MON-5", `${outcome} counts ${risk}, above its cap`);
			carried.delete(String(outcome));
		}
		for (const [outcome, risk] of carried) this.#break("MON-5", `${risk} on ${outcome} are counted nowhere`);
	}

	#judgeReservation({ clockMs }: Machine, matchId: string, leg: string, arrival: Message | null): void {
		const desk = deskName(matchId, REGION);
		if (this.#never.has(`${desk} ${leg}`)) this.#break("BET-8", `${leg} was reserved after its desk had said never`);
		if (arrival === null || arrival.to !== desk) {
			this.#break("BET-3", `${leg} was reserved without an answer`);
			return;
		}
		if ((this.#confirmed.get(arrival.call) ?? 0) > 0)
			this.#break("BET-5", `${leg} was reserved on an answer of after its market was withdrawn`);
		const beganAtMs = this.#begun.get(`${desk} ${leg}`) ?? clockMs;
		const delayMs = this.#scene.delayMs ?? 0;
		if (arrival.call.sentAtMs - beganAtMs < delayMs)
			this.#break("BET-3", `${leg} was asked about ${arrival.call.sentAtMs - beganAtMs} ms into its window`);
	}

	#lookAtTickets(machine: Machine): void {
		for (const row of machine.disk(WALLET).exec("SELECT ticket_key, status, body FROM tickets")) {
			const key = String(row.ticket_key);
			const status = String(row.status);
			const before = this.#statuses.get(key);
			if (before === status) continue;
			this.#statuses.set(key, status);
			if (before !== undefined && !FOLLOWS[before]?.includes(status))
				this.#break("BET-1", `${key} was ${before} and became ${status}`);
			if (status !== "accepted" || before === "settled") continue;
			for (const { desk, legNo } of JSON.parse(String(row.body)).legs as { desk: string; legNo: number }[])
				if (!this.#isReserved(machine, desk, key, legNo))
					this.#break("BET-8", `${key} was accepted while ${desk} had not reserved its leg`);
		}
	}

	#isReserved(machine: Machine, desk: string, key: string, legNo: number): boolean {
		const query = "SELECT 1 AS one FROM legs WHERE ticket_key = ? AND leg_no = ?";
		const disk = machine.disk(desk);
		return disk.has("legs") && disk.exec(query, key, legNo).length > 0;
	}

	/** When nothing is under way any more. */
	end(machine: Machine): void {
		const wallet = machine.disk(WALLET);
		for (const row of wallet.exec("SELECT ticket_key, status, body FROM tickets")) {
			const key = String(row.ticket_key);
			this.#endOfTicket(machine, key, String(row.status));
			const isTaken = row.status === "accepted" || row.status === "settled";
			for (const { desk, legNo } of JSON.parse(String(row.body)).legs as { desk: string; legNo: number }[])
				if (this.#isReserved(machine, desk, key, legNo) !== isTaken)
					this.#break(
						"BET-8",
						`${key} is ${row.status}, and ${desk} ${isTaken ? "has no" : "still has a"} reservation`,
					);
			const told = this.#told.get(String(row.ticket_key).split("/")[1] ?? "");
			if (told !== undefined && told !== (isTaken ? "accepted" : "refused"))
				this.#break("BET-1", `${key} was told ${told} and is ${row.status}`);
		}
		for (const matchId of this.#scene.matches) this.#endOfMatch(machine, matchId);
		for (const fault of machine.faults) this.#break("fault", String(fault));
	}

	#endOfTicket(machine: Machine, key: string, status: string): void {
		const query = "SELECT reason, account, amount FROM entries WHERE ticket_key = ? ORDER BY id";
		const moved = machine.disk(WALLET).exec(query, key);
		const count = (reason: string): number => moved.filter((line) => line.reason === reason).length / 2;
		const isTaken = status === "accepted" || status === "settled";
		const held = moved.filter((line) => line.reason === "hold" && Number(line.amount) > 0);
		if (count("hold") !== 1 || Number(held[0]?.amount) !== STAKE_MINOR)
			this.#break("MON-3", `${key} was held ${count("hold")} times`);
		if (count("post") !== (isTaken ? 1 : 0) || count("release") !== (isTaken ? 0 : 1))
			this.#break("MON-3", `${key} is ${status}: posted ${count("post")} and released ${count("release")} times`);
		if (count("settle") > 1 || (count("settle") === 1) !== (status === "settled"))
			this.#break("SET-1", `${key} is ${status} and was paid ${count("settle")} times`);
	}

	#endOfMatch(machine: Machine, matchId: string): void {
		const desk = machine.disk(deskName(matchId, REGION));
		const legs = desk.has("legs") ? desk.exec("SELECT outcome, sum(risk) AS risk FROM legs GROUP BY outcome") : [];
		const carried = new Map(legs.map(({ outcome, risk }) => [String(outcome), Number(risk)]));
		for (const row of machine
			.disk(matchName(matchId))
			.exec("SELECT outcome, risk FROM grants WHERE market = ?", MARKET))
			if (Number(row.risk) !== (carried.get(String(row.outcome)) ?? 0))
				this.#break(
					"MON-5",
					`${row.outcome} counts ${row.risk} in the end, and its desk carries ${carried.get(String(row.outcome)) ?? 0}`,
				);
	}

	/** In the end every desk must be able to decide. */
	probed(what: string, status: string): void {
		if (status !== "accepted") this.#break("BET-3", `when all was over, ${what} was ${status}`);
	}
}

const FOLLOWS: Readonly<Record<string, readonly string[]>> = {
	pending: ["accepted", "refused", "settled"],
	accepted: ["settled"],
	settled: ["accepted"],
	refused: [],
};
