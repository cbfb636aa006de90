/** How one state follows from another: a message arrives or is held, an object dies, time passes. States are never changed. */
import { matchName } from "../../shared/contracts/ids.ts";
import type { Input, TraderAction } from "../../shared/feeds/canonical.ts";
import { LostCall } from "../world/lost-call.ts";
import { applied, type LaneLine, MARK_MS, QUIET_LIMIT_MS, traded } from "./lane.ts";
import { digest, type Event, type Past, type Sent, type Told } from "./past.ts";
import { judge } from "./promises.ts";
import type { Seen } from "./seen.ts";
import type { Disturbances } from "./small-world.ts";
import { START_MS, type Stage } from "./stage.ts";
import { type Awaited, type Call, type Message, Numbers, OUTSIDE, type State } from "./state.ts";

const byNo = (a: Message, b: Message): number => a.no - b.no;
const inOrder = (a: Awaited, b: Awaited): number => a.callee - b.callee || a.requestNo - b.requestNo;

export class Steps {
	readonly stage: Stage;
	readonly #numbers = new Numbers();

	constructor(stage: Stage) {
		this.stage = stage;
	}

	/** Everything as it was set, every object asleep; in play the matches have restarted, and their feed speaks. */
	async begin(left: Disturbances): Promise<State> {
		const { scene, pasts, headSeq } = this.stage;
		let state: State = {
			clockMs: START_MS,
			pasts: pasts.map(({ root }) => root),
			flying: [],
			awaited: [],
			left,
			isSuspended: false,
			lines: scene.matches.map(() => ({ headSeq, known: null })),
			markedAtMs: START_MS,
			hasEnded: false,
			broken: [],
		};
		if (scene.delayMs !== null) state = await this.markAll(state);
		return state;
	}

	/** Something reaches an object, and what it sends is under way. */
	async tell(state: State, object: number, told: Told, message: Message | null = null): Promise<State> {
		const pasts = this.stage.pasts[object];
		const before = state.pasts[object];
		if (pasts === undefined || before === undefined) throw new Error(`there is no object ${object}`);
		const event: Event = { ...told, atMs: state.clockMs };
		const past = await pasts.after(before, event);
		let { flying, awaited } = state;
		if (event.kind === "request" && message !== null && !message.isCopy) {
			const taken = { callee: object, requestNo: past.requests, call: message.call, isDead: message.isDead };
			awaited = [...awaited, taken].toSorted(inOrder);
		}
		for (const sent of past.sent) {
			const answered = sent.kind === "answer" ? awaited.find((one) => isOf(one, object, sent.requestNo)) : undefined;
			if (answered !== undefined) awaited = awaited.filter((one) => one !== answered);
			const made = this.#message(object, past, sent, answered);
			if (made !== null) flying = [...flying, made].toSorted(byNo);
		}
		const after = { ...state, pasts: state.pasts.with(object, past), flying, awaited };
		return { ...after, broken: [...state.broken, ...judge(this.stage, after, object, message)] };
	}

	/** Whoever stands outside learns of an answer now or later: that changes nothing in here. Nor does what nobody awaits. */
	#message(object: number, { life, seen }: Past<Seen>, sent: Sent, awaited: Awaited | undefined): Message | null {
		const { method, content, body } = sent;
		const common = { from: object, method, content, body, isCopy: false, isHeld: false };
		if (sent.kind === "request") {
			const call = { caller: object, life, no: sent.no };
			const to = this.stage.index(sent.to);
			return this.#numbers.of({ ...common, kind: "request", to, fault: null, call, isDead: false, withdrawn: 0 });
		}
		if (awaited === undefined || awaited.isDead || awaited.call.caller === OUTSIDE) return null;
		const { call } = awaited;
		const withdrawn = method === "confirm" && seen.kind === "match" ? seen.withdrawn : 0;
		return this.#numbers.of({
			...common,
			kind: "answer",
			to: call.caller,
			fault: sent.fault,
			call,
			isDead: false,
			withdrawn,
		});
	}

	/** A call from outside. */
	call(state: State, no: number, to: number, method: string, body: unknown): State {
		const call = { caller: OUTSIDE, life: 0, no };
		const made = this.#numbers.of({
			kind: "request",
			from: OUTSIDE,
			to,
			method,
			content: digest(JSON.stringify([body, "null"])),
			body,
			fault: null,
			call,
			isDead: false,
			isCopy: false,
			isHeld: false,
			withdrawn: 0,
		});
		return { ...state, flying: [...state.flying, made].toSorted(byNo) };
	}

	deliver(state: State, message: Message, keepsCopy = false): Promise<State> {
		const { kind, to, from, method, content, body, fault, call } = message;
		const others = state.flying.filter((other) => other !== message);
		const copy = keepsCopy ? [this.#numbers.of({ ...message, isCopy: true, isHeld: true })] : [];
		const left = { ...state, flying: [...others, ...copy].toSorted(byNo) };
		if (kind === "answer") return this.tell(left, to, { kind, no: call.no, content, body, fault }, message);
		const sender = from === OUTSIDE ? "outside" : (this.stage.names[from] ?? "");
		return this.tell(left, to, { kind, from: sender, method, content, body }, message);
	}

	hold(state: State, message: Message): State {
		const held = this.#numbers.of({ ...message, isHeld: true });
		return { ...state, flying: [...state.flying.filter((other) => other !== message), held].toSorted(byNo) };
	}

	/**
	 * Memory, timers and whatever was being answered are gone; storage and the alarm stay. `loses`: what was on its way there is
	 * gone too, which is also how it looks when something arrived and was not stored in time.
	 */
	async crash(state: State, object: number, loses: boolean): Promise<State> {
		const isLost = ({ kind, to }: Message): boolean => loses && kind === "request" && to === object;
		const isOwnAnswer = ({ kind, to }: Message): boolean => kind === "answer" && to === object;
		const lost = state.flying.filter((message) => isLost(message) && !message.isCopy);
		const answering = state.awaited.filter(({ callee }) => callee === object);
		const failed = [...answering, ...lost].filter(({ call, isDead }) => !isDead && call.caller !== OUTSIDE);
		const isOrphan = ({ call }: { readonly call: Call }): boolean => call.caller === object;
		const flying = state.flying
			.filter((message) => !isLost(message) && !isOwnAnswer(message))
			.map((message) => (isOrphan(message) ? this.#numbers.of({ ...message, isDead: true }) : message));
		const awaited = state.awaited
			.filter(({ callee }) => callee !== object)
			.map((one) => (isOrphan(one) ? { ...one, isDead: true } : one));
		const failures = failed.map(({ call }) => this.#failure(object, call));
		const left = { ...state, flying: [...flying, ...failures].toSorted(byNo), awaited };
		return this.tell(left, object, { kind: "death" });
	}

	#failure(from: number, call: Call): Message {
		const fault = new LostCall(this.stage.names[from] ?? "", "call");
		return this.#numbers.of({
			kind: "answer",
			from,
			to: call.caller,
			method: "lost",
			content: "lost",
			body: null,
			fault,
			call,
			isDead: false,
			isCopy: false,
			isHeld: false,
			withdrawn: 0,
		});
	}

	/** When time brings something next, the lane's marks in play included; null: nothing will ever happen by itself. */
	nextAtMs(state: State): number | null {
		const atMs = Math.min(this.#dueAtMs(state), this.#markAtMs(state));
		return atMs === Number.POSITIVE_INFINITY ? null : atMs;
	}

	/** Time passes up to what it brings next, which happens. */
	async pass(state: State, skipsMarks = false): Promise<State> {
		const dueAtMs = this.#dueAtMs(state);
		const markAtMs = this.#markAtMs(state);
		if (markAtMs <= dueAtMs && markAtMs < Number.POSITIVE_INFINITY) {
			const untilMs = skipsMarks ? Math.min(dueAtMs, state.markedAtMs + QUIET_LIMIT_MS) : markAtMs;
			const atMs = untilMs - ((untilMs - markAtMs) % MARK_MS);
			return this.markAll({ ...state, clockMs: atMs, markedAtMs: atMs });
		}
		const object = state.pasts.findIndex(({ due }) => due !== null && due.atMs <= dueAtMs);
		const due = state.pasts[object]?.due;
		return due == null ? state : this.tell({ ...state, clockMs: dueAtMs }, object, due.told);
	}

	/** When something that waits in an object is due. */
	#dueAtMs({ clockMs, pasts }: State): number {
		let dueAtMs = Number.POSITIVE_INFINITY;
		for (const { due } of pasts) if (due !== null && due.atMs < dueAtMs) dueAtMs = due.atMs;
		return Math.max(clockMs, dueAtMs);
	}

	#markAtMs({ clockMs, markedAtMs }: State): number {
		return this.stage.scene.delayMs === null ? Number.POSITIVE_INFINITY : Math.max(clockMs, markedAtMs + MARK_MS);
	}

	/** The feed says that it lives. A match that has just been made names its epoch in its first answer, and reopens on the next. */
	async markAll(state: State): Promise<State> {
		let marked = state;
		for (const [n, { known }] of state.lines.entries()) {
			marked = await this.#apply(marked, n, null, false);
			if (marked.lines[n]?.known?.epoch !== known?.epoch) marked = await this.#apply(marked, n, null, false);
		}
		return marked;
	}

	/** A trader's command to the first match. */
	trade(state: State, command: TraderAction, withdraws: boolean): Promise<State> {
		const [line = { headSeq: 0, known: null }] = state.lines;
		const [matchId = ""] = this.stage.scene.matches;
		const logged = { ...line, headSeq: line.headSeq + 1 };
		const input = traded(matchId, line, command, state.clockMs);
		return this.#apply({ ...state, lines: state.lines.with(0, logged) }, 0, input, withdraws);
	}

	async #apply(state: State, n: number, input: Input | null, withdraws: boolean): Promise<State> {
		const line = state.lines[n];
		const matchId = this.stage.scene.matches[n];
		if (line === undefined || matchId === undefined) throw new Error(`there is no match ${n}`);
		const object = this.stage.index(matchName(matchId));
		const told = await this.tell(state, object, applied(matchId, line, input, state.clockMs, withdraws));
		const known = told.pasts[object]?.returned as LaneLine["known"];
		return { ...told, lines: told.lines.with(n, { ...line, known }) };
	}
}

const isOf = (awaited: Awaited, callee: number, requestNo: number): boolean =>
	awaited.callee === callee && awaited.requestNo === requestNo;
