/**
 * A gate on the way from the platform to the database's HTTP endpoint: it lets requests through, refuses them, or lets them
 * hang, as a network and a database in trouble do. What it lets through is not touched.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export type GateMode =
	| { readonly kind: "open" }
	/** Every request is answered with this status. */
	| { readonly kind: "failing"; readonly status: number }
	/** Nothing is answered until the mode changes; then the connection ends. */
	| { readonly kind: "hanging" }
	/** A request that this holds for poison gets an internal error of the database; all others go through. */
	| { readonly kind: "poisoned"; readonly isPoison: (body: string) => boolean };

export type Gate = {
	readonly endpoint: string;
	readonly set: (mode: GateMode) => void;
	/** Requests turned away so far, hanging ones included. */
	readonly turnedAway: () => number;
	readonly stop: () => Promise<void>;
};

export async function startGate(target: string): Promise<Gate> {
	let mode: GateMode = { kind: "open" };
	let turnedAway = 0;
	const hanging = new Set<ServerResponse>();
	const letThrough = async (request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> => {
		const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
			name.startsWith("neon-") || name === "content-type" ? [[name, String(value)]] : [],
		);
		const answer = await fetch(target, { method: "POST", headers, body: new Uint8Array(body) });
		response.writeHead(answer.status, { "content-type": "application/json" });
		response.end(Buffer.from(await answer.arrayBuffer()));
	};
	const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const body = await bodyOf(request);
		if (mode.kind === "open") return letThrough(request, body, response);
		if (mode.kind === "poisoned" && !mode.isPoison(body.toString())) return letThrough(request, body, response);
		turnedAway++;
		if (mode.kind === "hanging") {
			hanging.add(response);
			return;
		}
		const problem = { message: "the database failed on this", code: "XX000", severity: "ERROR" };
		response.writeHead(mode.kind === "poisoned" ? 400 : mode.status, { "content-type": "application/json" });
		response.end(JSON.stringify(problem));
	};
	const server = createServer((request, response) => {
		handle(request, response).catch(() => response.destroy());
	});
	await new Promise<void>((listening, reject) => {
		server.once("error", reject);
		server.listen(0, "127.0.0.1", listening);
	});
	const address = server.address();
	const port = typeof address === "object" && address !== null ? address.port : 0;
	return {
		endpoint: `http://127.0.0.1:${port}/sql`,
		set: (next) => {
			mode = next;
			for (const response of hanging) response.destroy();
			hanging.clear();
		},
		turnedAway: () => turnedAway,
		stop: async () => {
			server.closeAllConnections();
			await new Promise<void>((closed) => server.close(() => closed()));
		},
	};
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}
