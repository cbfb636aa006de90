/**
 * What a team would build to show a match to many: a signed push over HTTP, and its text to every socket, by `ws` or by Socket.IO. It
 * stores nothing and prices nothing; its text is as long as ours.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Server } from "socket.io";
import * as v from "valibot";
import { type WebSocket, WebSocketServer } from "ws";
import { decode, parseJson } from "../../shared/decode.ts";
import { verifyBody } from "../../shared/feeds/signature.ts";
import { FEED } from "../../shared/limits.ts";
import { serve } from "../loads/served.ts";
import { frameOf } from "./frame.ts";
import { bodyOf, headerOf, listening } from "./listening.ts";

const configSchema = v.object({
	by: v.picklist(["ws", "socket.io"]),
	secret: v.string(),
	/** Of a first picture, of what a goal brings, and of what other inputs bring. */
	imageBytes: v.number(),
	goalBytes: v.number(),
	deltaBytes: v.number(),
});
type Config = v.InferOutput<typeof configSchema>;

const messagesSchema = v.array(v.object({ kind: v.string() }));

/** Returns how a text goes to all. */
function sockets(server: ReturnType<typeof createServer>, { by, imageBytes }: Config): (text: string) => void {
	const image = frameOf("image", imageBytes);
	if (by === "socket.io") {
		const io = new Server(server, { transports: ["websocket"], perMessageDeflate: false });
		io.on("connection", (socket) => socket.emit("frame", image));
		return (text) => io.emit("frame", text);
	}
	const wss = new WebSocketServer({ server, perMessageDeflate: false });
	wss.on("connection", (socket: WebSocket) => socket.send(image));
	return (text) => {
		for (const socket of wss.clients) socket.send(text);
	};
}

serve(configSchema, async (config) => {
	const server = createServer((request, response) => void push(request, response));
	const send = sockets(server, config);
	const push = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const body = await bodyOf(request);
		const signed = {
			timestamp: headerOf(request, "touchline-timestamp"),
			signature: headerOf(request, "touchline-signature"),
		};
		const verdict = await verifyBody([config.secret], signed, body, Date.now(), FEED.signatureToleranceMs);
		const messages = decode(messagesSchema, parseJson(body.toString()));
		response.statusCode = verdict === "valid" && messages.ok ? 202 : 400;
		response.end();
		if (verdict !== "valid" || !messages.ok) return;
		for (const { kind } of messages.value) {
			if (kind === "incident") send(frameOf("goal", config.goalBytes));
			else send(frameOf(kind === "cancellation" ? "open" : kind, config.deltaBytes));
		}
	};
	return { url: await listening(server) };
});
