/** How the sockets of each side are spoken to, and what their messages say. */
import type { WebSocket } from "ws";
import { parseJson } from "../../shared/decode.ts";
import { SUBPROTOCOL } from "../../shared/protocol/frames.ts";
import { STATUS_CODES } from "../../shared/protocol/match-frames.ts";
import { decodeServerFrame } from "../../shared/protocol/server-frame.ts";
import type { SocketLoad } from "./socket-load.ts";

/** What a message shows: more markets withdrawn than open or the other way round, as one alone may be at any tick; or whole odds. */
export type Shown = { readonly isWithdrawn: boolean; readonly isOpen: boolean; readonly isImage: boolean };
export const NOTHING: Shown = { isWithdrawn: false, isOpen: false, isImage: false };

export type Tongue = {
	readonly path: string;
	readonly protocol: string | undefined;
	/** Sent when the socket is open. */
	readonly hello: readonly string[];
	/** Answers that the protocol itself asks for. */
	readonly answer: (socket: WebSocket, text: string) => void;
	readonly read: (text: string) => Shown;
};

const SUSPENDED = STATUS_CODES.indexOf("suspended");
const OPEN = STATUS_CODES.indexOf("open");

/** The status codes that a frame names: in an image for each market, in a delta behind the market's index. */
function codesOf(body: unknown, at: 0 | 1): readonly unknown[] {
	const markets = typeof body === "object" && body !== null && "m" in body ? body.m : [];
	return Array.isArray(markets) ? markets.map((market: unknown) => (Array.isArray(market) ? market[at] : null)) : [];
}

function readTouchline(text: string): Shown {
	const frame = decodeServerFrame(text);
	if (frame?.[0] !== "delta" && frame?.[0] !== "image") return NOTHING;
	const isImage = frame[0] === "image";
	const codes = codesOf(frame.at(-1), isImage ? 0 : 1);
	const of = (code: number): number => codes.filter((one) => one === code).length;
	return { isWithdrawn: of(SUSPENDED) > of(OPEN), isOpen: of(OPEN) > of(SUSPENDED), isImage };
}

/** A peer's frame says in its second place what ours say by their markets. */
function readPeer(text: string): Shown {
	const parsed = parseJson(text);
	const what = Array.isArray(parsed) ? parsed[1] : null;
	return { isWithdrawn: what === "goal", isOpen: what === "open", isImage: what === "image" };
}

const touchline = (matchId: string): Tongue => ({
	path: "/v1/stream",
	protocol: SUBPROTOCOL,
	hello: [JSON.stringify(["sub", `match:${matchId}`, null, {}])],
	answer: () => {},
	read: readTouchline,
});

const plain: Tongue = { path: "/", protocol: undefined, hello: [], answer: () => {}, read: readPeer };

/** Engine.IO's packets: `0` opens, `2` asks whether we live, `4` carries; of these `40` joins and `42` is an event. */
const socketIo: Tongue = {
	path: "/socket.io/?EIO=4&transport=websocket",
	protocol: undefined,
	hello: [],
	answer: (socket, text) => {
		if (text.startsWith("0")) socket.send("40");
		else if (text === "2") socket.send("3");
	},
	read: (text) => {
		const event = text.startsWith("42") ? parseJson(text.slice(2)) : null;
		return Array.isArray(event) && typeof event[1] === "string" ? readPeer(event[1]) : NOTHING;
	},
};

export function tongueOf({ speaks, matchId }: Pick<SocketLoad, "speaks" | "matchId">): Tongue {
	switch (speaks) {
		case "touchline":
			return touchline(matchId);
		case "ws":
			return plain;
		case "socket.io":
			return socketIo;
	}
}
