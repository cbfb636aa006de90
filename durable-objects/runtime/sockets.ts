/** Sending on a socket that may be gone: the reader will notice the gap, the sender has others to serve. */
export function sendTo(socket: Pick<WebSocket, "send">, frame: string): void {
	try {
		socket.send(frame);
	} catch {
		// Closed while we were sending; its close event follows.
	}
}
