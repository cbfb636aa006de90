/** A relay's socket as server-sent events: the edge holds the socket, so no object is pinned by a slow reader. */
import { SOCKET } from "../../shared/limits.ts";
import { decodeServerFrame, type ServerFrame } from "../../shared/protocol/server-frame.ts";

const encoder = new TextEncoder();

type Position = { readonly epoch: string; readonly offset: number };

/** `id` of an event is `epoch/offset`: browsers send it back, and the stream resumes there. */
export function eventStream(socket: WebSocket, topic: string, lastEventId: string | null): Response {
	let timer: ReturnType<typeof setInterval> | null = null;
	const body = new ReadableStream<Uint8Array>(
		{
			start: (controller) => {
				timer = pipe(socket, topic, controller);
				socket.send(JSON.stringify(["sub", topic, positionOf(lastEventId), {}]));
			},
			cancel: () => {
				if (timer !== null) clearInterval(timer);
				socket.close(1000, "the reader left");
			},
		},
		{ highWaterMark: SOCKET.eventHighWaterBytes, size: (chunk) => chunk?.byteLength ?? 0 },
	);
	return new Response(body, {
		headers: {
			"content-type": "text/event-stream",
			"cache-control": "no-store",
			"access-control-allow-origin": "*",
			"cross-origin-resource-policy": "cross-origin",
		},
	});
}

/** Frames go out as events; what the reader has taken is acknowledged every 5 s or 32 frames, like on any socket (FRM-4). */
function pipe(
	socket: WebSocket,
	topic: string,
	controller: ReadableStreamDefaultController<Uint8Array>,
): ReturnType<typeof setInterval> {
	let reached: Position | null = null;
	let acked: Position | null = null;
	let unacked = 0;
	const acknowledge = (): void => {
		// While events wait for the reader, the relay must see it as behind.
		if (reached === null || reached === acked || (controller.desiredSize ?? 0) <= 0) return;
		acked = reached;
		unacked = 0;
		socket.send(JSON.stringify(["ack", [[topic, reached.epoch, reached.offset]]]));
	};
	const timer = setInterval(acknowledge, SOCKET.ackMs);
	const end = (): void => {
		clearInterval(timer);
		try {
			controller.close();
		} catch {
			// The reader has left already.
		}
	};
	socket.accept();
	socket.addEventListener("close", end);
	socket.addEventListener("error", end);
	socket.addEventListener("message", ({ data }) => {
		if (typeof data !== "string") return;
		if ((controller.desiredSize ?? 0) < -SOCKET.maxQueuedEventBytes) {
			socket.close(1000, "the reader does not read");
			end();
			return;
		}
		const frame = decodeServerFrame(data);
		const at = frame === null ? null : reachedBy(frame);
		const id = at === null ? "" : `id: ${at.epoch}/${at.offset}\n`;
		controller.enqueue(encoder.encode(`${id}event: ${frame?.[0] ?? "message"}\ndata: ${data}\n\n`));
		if (at === null) return;
		reached = at;
		if (++unacked >= SOCKET.ackFrames) acknowledge();
	});
	return timer;
}

function reachedBy(frame: ServerFrame): Position | null {
	if (frame[0] === "delta") return { epoch: frame[2], offset: frame[4] };
	return frame[0] === "image" ? { epoch: frame[2], offset: frame[3] } : null;
}

function positionOf(lastEventId: string | null): Position | null {
	const [epoch, offset] = lastEventId?.split("/") ?? [];
	if (epoch === undefined || epoch === "" || offset === undefined || !/^\d{1,15}$/.test(offset)) return null;
	return { epoch, offset: Number(offset) };
}
