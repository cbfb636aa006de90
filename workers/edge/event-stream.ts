/** A relay's socket as server-sent events: the edge holds the socket, so no object is pinned by a slow reader. */
import { SOCKET } from "../../shared/limits.ts";
import { decodeServerFrame } from "../../shared/protocol/server-frame.ts";

const encoder = new TextEncoder();
/** What may wait for a reader that does not read; beyond it the reader is cut off and resumes by its last event id. */
const MAX_QUEUED_BYTES = 1_048_576;

/** `id` of an event is `epoch/offset`: browsers send it back, and the stream resumes there. */
export function eventStream(socket: WebSocket, topic: string, lastEventId: string | null): Response {
	const [epoch, offset] = lastEventId?.split("/") ?? [];
	const position =
		epoch !== undefined && epoch !== "" && /^\d{1,15}$/.test(offset ?? "") ? { epoch, offset: Number(offset) } : null;
	let unacked = 0;
	const body = new ReadableStream<Uint8Array>(
		{
			start: (controller) => {
				const end = (): void => {
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
					if ((controller.desiredSize ?? 0) < -MAX_QUEUED_BYTES) {
						socket.close(1000, "the reader does not read");
						return end();
					}
					const frame = decodeServerFrame(data);
					const at =
						frame?.[0] === "delta"
							? `${frame[2]}/${frame[4]}`
							: frame?.[0] === "image"
								? `${frame[2]}/${frame[3]}`
								: null;
					controller.enqueue(
						encoder.encode(`${at === null ? "" : `id: ${at}\n`}event: ${frame?.[0] ?? "message"}\ndata: ${data}\n\n`),
					);
					if (frame?.[0] === "delta" && ++unacked >= SOCKET.ackFrames / 2) {
						unacked = 0;
						socket.send(JSON.stringify(["ack", [[topic, frame[2], frame[4]]]]));
					}
				});
				socket.send(JSON.stringify(["sub", topic, position, {}]));
			},
			cancel: () => socket.close(1000, "the reader left"),
		},
		{ highWaterMark: 65_536, size: (chunk) => chunk?.byteLength ?? 0 },
	);
	return new Response(body, {
		headers: { "content-type": "text/event-stream", "cache-control": "no-store", "access-control-allow-origin": "*" },
	});
}
