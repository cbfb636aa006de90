import { evictDurableObject, listDurableObjectIds, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { BoardRpc } from "../../shared/contracts/board.ts";
import { BOARD_NAME, matchName, relayName, walletNameOf } from "../../shared/contracts/ids.ts";
import type { ApplyAnswer, ApplyRequest } from "../../shared/contracts/match.ts";
import type { Input } from "../../shared/feeds/canonical.ts";
import { RELAY_SHARE } from "../../shared/limits.ts";
import { CLOSE, SUBPROTOCOL } from "../../shared/protocol/frames.ts";
import { lobbyFold } from "../../shared/protocol/lobby-view.ts";
import { matchFold, matchView } from "../../shared/protocol/match-view.ts";
import { meFold } from "../../shared/protocol/me-view.ts";
import { decodeServerFrame } from "../../shared/protocol/server-frame.ts";
import { type Fold, TopicReader } from "../../shared/protocol/topic-reader.ts";
import { fixture } from "../../testing/football-inputs.ts";
import { bindings } from "../../tests/workerd/bindings.ts";
import { rpcClient, stubOf } from "../runtime/stubs.ts";

const MATCH_ID = "qf-1";
const TOPIC = matchName(MATCH_ID);
const PLAYER = "p_weur_00000000000000aa";
const match = stubOf(bindings.MATCH, TOPIC);
const wallet = stubOf(bindings.WALLET, walletNameOf(PLAYER, 2));

let seq = 0;
let sentAtMs = Date.now();

async function apply(inputs: readonly Input[]): Promise<ApplyAnswer> {
	const fromSeq = seq + 1;
	const logged = inputs.map((input) => ({ seq: ++seq, provider: "replay", receivedAtMs: Date.now(), input }));
	const request: ApplyRequest = {
		v: 1,
		matchId: MATCH_ID,
		lane: "lane:replay:0",
		fromSeq,
		inputs: logged,
		headSeq: seq,
		speech: null,
		quietLimitMs: 5_000,
		lostAfterMs: 20_000,
		feedLost: false,
	};
	return match.apply(request);
}

const envelope = (id: string) => ({ v: 1 as const, id, matchId: MATCH_ID, sentAtMs: ++sentAtMs });
const kickOff = (): Input => ({
	...envelope("kick-off"),
	kind: "state",
	phase: "first_half",
	clock: { elapsedSec: 0, running: true },
});

async function goal(n: number): Promise<void> {
	const answer = await apply([
		{
			...envelope(`goal-${n}`),
			kind: "incident",
			incidentId: `g${n}`,
			incident: "goal",
			side: "home",
			clockSec: 60 * n,
		},
	]);
	expect(answer.rejected).toEqual([]);
}

/** A page with one socket to a relay. */
class Page {
	readonly kinds: string[] = [];
	/** How its subscriptions were answered. */
	readonly answers: string[] = [];
	readonly topics = new Map<string, TopicReader<unknown>>();
	closed: number | null = null;
	readonly #socket: WebSocket;

	private constructor(socket: WebSocket) {
		this.#socket = socket;
		socket.addEventListener("message", ({ data }) => this.#read(String(data)));
		socket.addEventListener("close", ({ code }) => {
			this.closed = code;
		});
		socket.accept();
	}

	static async open(relay: DurableObjectStub): Promise<Page> {
		const headers = { upgrade: "websocket", "sec-websocket-protocol": SUBPROTOCOL };
		const response = await relay.fetch("https://edge/v1/stream?_pk=mine", { headers });
		expect(response.status).toBe(101);
		expect(response.headers.get("sec-websocket-protocol")).toBe(SUBPROTOCOL);
		if (response.webSocket === null) throw new Error("no socket");
		return new Page(response.webSocket);
	}

	#read(text: string): void {
		const frame = decodeServerFrame(text);
		this.kinds.push(frame?.[0] ?? text);
		if (frame?.[0] === "sub") this.answers.push(frame[2]);
		if (frame === null || frame[0] === "hello" || frame[1] === null) return;
		if (this.topics.get(frame[1])?.read(frame) === "gap") this.say(["sub", frame[1], null, {}]);
	}

	say(frame: unknown): void {
		this.#socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
	}

	subscribe<State>(topic: string, fold: Fold<State>, token?: string): TopicReader<State> {
		const reader = new TopicReader(fold);
		this.topics.set(topic, reader as TopicReader<unknown>);
		this.say(["sub", topic, null, token === undefined ? {} : { token }]);
		return reader;
	}
}

const homeScore = (reader: TopicReader<Parameters<typeof matchView>[0]>): number | undefined =>
	reader.state === null ? undefined : matchView(reader.state)?.state.score.home;

beforeAll(async () => {
	const facts = { competition: "Test cup", scheduledAtMs: Date.now() - 60_000, format: {} };
	const opening = fixture({ ...envelope("fixture"), ...facts });
	const board = rpcClient<BoardRpc>(bindings.BOARD, BOARD_NAME);
	await board.claim({ v: 1, group: "demo", matches: [{ matchId: MATCH_ID, opens: true }] });
	const answer = await apply([opening, kickOff()]);
	expect(answer.rejected).toEqual([]);
});

describe("a relay inside workerd", () => {
	test("[FRM-5] one socket reads match, lobby and me, each from its own publisher", async () => {
		const { token } = await wallet.createPlayer({
			v: 1,
			wallet: walletNameOf(PLAYER, 2),
			playerId: PLAYER,
			partnerId: "demo",
			licence: "generic",
			currency: "EUR",
			openingBalanceMinor: 10_000,
			tokenTtlMs: 600_000,
		});
		const page = await Page.open(stubOf(bindings.RELAY, relayName("weur", 0)));
		const readers = {
			match: page.subscribe(TOPIC, matchFold),
			lobby: page.subscribe("lobby", lobbyFold),
			me: page.subscribe("me", meFold, token),
		};
		await vi.waitFor(() => {
			expect(homeScore(readers.match)).toBe(0);
			expect(readers.lobby.state?.get(MATCH_ID)?.competition).toBe("Test cup");
			expect(readers.me.state?.me.balanceMinor).toBe(10_000);
		});
		await goal(1);
		await vi.waitFor(() => expect(homeScore(readers.match)).toBe(1));
		await wallet.revoke({ v: 1, wallet: walletNameOf(PLAYER, 2), playerId: PLAYER, reason: "test" });
		await vi.waitFor(() => expect(page.closed).toBe(CLOSE.revoked));
	});

	test("[API-2] a match that nobody has opened is told to be unknown, and its object is not woken", async () => {
		const before = (await listDurableObjectIds(bindings.MATCH)).length;
		const page = await Page.open(stubOf(bindings.RELAY, relayName("weur", 0)));
		const asked = RELAY_SHARE.socketRefusals;
		for (let n = 0; n < asked; n++) page.say(["sub", `match:nobody-${n}`, null, {}]);
		await vi.waitFor(() => expect(page.kinds.filter((kind) => kind === "error").length).toBe(asked));
		expect((await listDurableObjectIds(bindings.MATCH)).length).toBe(before);
	});

	test("[FRM-6] a hibernated relay comes back from its sockets' attachments, and they miss nothing", async () => {
		const first = await Page.open(stubOf(bindings.RELAY, relayName("weur", 1)));
		const reader = first.subscribe(TOPIC, matchFold);
		await vi.waitFor(() => expect(homeScore(reader)).toBe(1));
		const { epoch, offset } = reader.position ?? { epoch: "", offset: 0 };

		// A relay that dials nothing can hibernate: this one is given what it would have stored, and sleeps.
		const relay = stubOf(bindings.RELAY, relayName("sam", 0));
		const page = await Page.open(relay);
		await runInDurableObject(relay, (instance) => {
			for (const connection of instance.getConnections()) {
				connection.setState({ v: 1, topics: [[TOPIC, epoch, offset, null]] });
			}
		});
		await evictDurableObject(relay);
		await goal(2);
		first.topics.delete(TOPIC);
		page.topics.set(TOPIC, reader as TopicReader<unknown>);
		page.say(["unsub", "lobby"]);
		await vi.waitFor(() => expect(homeScore(reader)).toBe(2));
		await goal(3);
		await vi.waitFor(() => expect(homeScore(reader)).toBe(3));
		expect([page.closed, page.answers]).toEqual([null, ["recovered"]]);
		expect(await runDurableObjectAlarm(relay)).toBe(true);
	});

	test("an attachment it cannot read closes the socket with `resync`", async () => {
		const relay = stubOf(bindings.RELAY, relayName("enam", 0));
		const page = await Page.open(relay);
		await runInDurableObject(relay, (instance) => {
			for (const connection of instance.getConnections()) connection.setState({ v: 99 });
		});
		await evictDurableObject(relay);
		page.say(["unsub", "lobby"]);
		await vi.waitFor(() => expect(page.closed).toBe(CLOSE.resync));
	});

	test("pings are answered; other protocols and plain requests are not taken", async () => {
		const relay = stubOf(bindings.RELAY, relayName("enam", 0));
		const page = await Page.open(relay);
		page.say("ping");
		await vi.waitFor(() => expect(page.kinds).toContain("pong"));
		expect((await relay.fetch("https://edge/v1/stream")).status).toBe(426);
		expect((await relay.fetch("https://edge/v1/stream", { headers: { upgrade: "websocket" } })).status).toBe(400);
		page.say("nonsense");
		await vi.waitFor(() => expect(page.closed).toBe(CLOSE.badFrame));
	});

	test("an unknown match is refused", async () => {
		const page = await Page.open(stubOf(bindings.RELAY, relayName("enam", 0)));
		page.subscribe("match:nobody-knows", matchFold);
		await vi.waitFor(() => expect(page.kinds).toContain("error"));
	});
});
