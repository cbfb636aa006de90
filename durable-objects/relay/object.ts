import { type Connection, type ConnectionContext, Server, type WSMessage } from "partyserver";
import * as v from "valibot";
import { ADDRESS_HEADER, addressHeaderOf, addressOfHeader, RELAY_HEADER } from "../../shared/contracts/address.ts";
import { type BoardRpc, knowsAnswerSchema } from "../../shared/contracts/board.ts";
import { BOARD_NAME, matchName, relayParts } from "../../shared/contracts/ids.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { PING, PONG, SUBPROTOCOL } from "../../shared/protocol/frames.ts";
import { doPorts } from "../runtime/do-ports.ts";
import { sendTo } from "../runtime/sockets.ts";
import { rpcClient, stubOf } from "../runtime/stubs.ts";
import { RelayActor } from "./actor.ts";
import { tiersText } from "./config.ts";
import { type ReaderSocket, restoreWhose, type Whose } from "./reader-session.ts";
import type { Dial } from "./upstream.ts";

const MATCH_PREFIX = matchName("");
const shardsSchema = v.pipe(v.string(), v.digits(), v.transform(Number), v.minValue(1));
const IS_RELAY = "1";
/** Where every socket is opened; what else a client writes into its address is not read. */
const ADDRESS = "https://relay/v1/stream";

/** `relay:{region}:{index}`: readers' sockets and nothing else (docs/decisions/0004-relays-apart-from-desks.md). */
export class Relay extends Server<StreamEnv> {
	static override options = { hibernate: true };
	readonly #actor: RelayActor;

	constructor(ctx: DurableObjectState, env: StreamEnv) {
		super(ctx, env);
		ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
		this.#actor = new RelayActor({
			ports: doPorts(ctx, "relay"),
			name: ctx.id.name ?? "relay",
			walletShards: decodeRpc("WALLET_SHARDS", shardsSchema, env.WALLET_SHARDS),
			tiers: decodeRpc("RELAY_TIERS", tiersText, env.RELAY_TIERS),
			dial: dialPublisher(env),
		});
	}

	/** partyserver takes ids and properties from the request's address and headers: it gets those of ours, and whose socket it is. */
	override async fetch(request: Request): Promise<Response> {
		if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") return new Response(null, { status: 426 });
		const offered = (request.headers.get("sec-websocket-protocol") ?? "").split(",").map((name) => name.trim());
		if (!offered.includes(SUBPROTOCOL)) return new Response("touchline.v1 is spoken here", { status: 400 });
		const headers = {
			upgrade: "websocket",
			[ADDRESS_HEADER]: request.headers.get(ADDRESS_HEADER) ?? "",
			[RELAY_HEADER]: request.headers.get(RELAY_HEADER) ?? "",
		};
		const { webSocket } = await super.fetch(new Request(ADDRESS, { headers }));
		if (webSocket === null) return new Response(null, { status: 503 });
		return new Response(null, { status: 101, webSocket, headers: { "sec-websocket-protocol": SUBPROTOCOL } });
	}

	/** After hibernation the sockets are still there, and this instance knows nothing else. */
	override onStart(): void {
		for (const connection of this.getConnections()) {
			this.#actor.adopted(readerSocket(connection, restoreWhose(connection.state)), connection.state);
		}
	}

	override onConnect(connection: Connection, { request }: ConnectionContext): void {
		const address = addressOfHeader(request.headers.get(ADDRESS_HEADER));
		this.#actor.opened(readerSocket(connection, { address, isRelay: request.headers.get(RELAY_HEADER) === IS_RELAY }));
	}

	override onMessage(connection: Connection, message: WSMessage): void {
		this.#actor.message(connection.id, message);
	}

	override onClose(connection: Connection): void {
		this.#actor.closed(connection.id);
	}

	/** partyserver says nothing of a socket that breaks while it closes, and no close event follows an error. */
	override async webSocketError(socket: WebSocket): Promise<void> {
		if ("id" in socket && typeof socket.id === "string") this.#actor.closed(socket.id);
	}

	override onAlarm(): void {
		this.#actor.onAlarm();
	}
}

function readerSocket(connection: Connection, { address, isRelay }: Whose): ReaderSocket {
	return {
		id: connection.id,
		address,
		isRelay,
		send: (text) => sendTo(connection, text),
		close: (code, reason) => connection.close(code, reason),
		save: (attachment) => void connection.setState(attachment),
	};
}

/** Publishers are objects of the live script, and relays of a level above speak as they do. */
function dialPublisher(env: StreamEnv): Dial {
	return async (publisher, events) => {
		if (!(await isOpened(env, publisher))) return { kind: "refused" };
		const response = await stubFor(env, publisher).fetch(upgradeOf(publisher));
		const socket = response.webSocket;
		if (socket === null) {
			if (response.status === 404) return { kind: "refused" };
			throw new Error(`${publisher} answered ${response.status}`);
		}
		socket.accept();
		socket.addEventListener("message", ({ data }) => {
			if (typeof data === "string") events.message(data);
		});
		socket.addEventListener("close", events.closed);
		socket.addEventListener("error", events.closed);
		return {
			kind: "open",
			socket: { send: (text) => sendTo(socket, text), close: () => socket.close(1000, "no longer needed") },
		};
	};
}

function upgradeOf(publisher: string): Request {
	const upgrade = { upgrade: "websocket" };
	if (relayParts(publisher) === null)
		return new Request("https://publisher/v1/stream?view=standard", { headers: upgrade });
	// Whose readers they are is counted below, at the relay that they came to.
	const whose = { [ADDRESS_HEADER]: addressHeaderOf(null), [RELAY_HEADER]: IS_RELAY };
	return new Request(ADDRESS, { headers: { ...upgrade, ...whose, "sec-websocket-protocol": SUBPROTOCOL } });
}

/** A match's object is not woken for a name that nobody has opened: woken, it would exist. */
async function isOpened(env: StreamEnv, publisher: string): Promise<boolean> {
	if (!publisher.startsWith(MATCH_PREFIX)) return true;
	const matchId = publisher.slice(MATCH_PREFIX.length);
	const answer = await rpcClient<BoardRpc>(env.BOARD, BOARD_NAME).knows({ v: 1, matchIds: [matchId] });
	return decodeRpc("knows answer", knowsAnswerSchema, answer).known.length > 0;
}

function stubFor(env: StreamEnv, publisher: string): { fetch: (request: Request) => Promise<Response> } {
	if (publisher === BOARD_NAME) return stubOf(env.BOARD, publisher);
	if (relayParts(publisher) !== null) return stubOf(env.RELAY, publisher);
	return publisher.startsWith("wallet:") ? stubOf(env.WALLET, publisher) : stubOf(env.MATCH, publisher);
}
