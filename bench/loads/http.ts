/** Requests over connections that stay open, as a proxy in front of a service keeps them. */
import { Agent, request } from "node:http";

const TIMEOUT_MS = 60_000;

export type Answer = {
	readonly status: number;
	readonly body: string;
	/** What the answer says of when to come again; null: nothing. */
	readonly retryAfter: string | null;
};
export type Post = (path: string, body: string, headers?: Readonly<Record<string, string>>) => Promise<Answer>;

/** As many connections as there are clients, so that none waits for another's. */
export function poster(url: string, clients: number): Post {
	const { hostname, port } = new URL(url);
	const agent = new Agent({ keepAlive: true, maxSockets: clients });
	return (path, body, headers = {}) =>
		new Promise((done, failed) => {
			const length = Buffer.byteLength(body);
			const sent = request(
				{
					hostname,
					port,
					path,
					agent,
					method: "POST",
					timeout: TIMEOUT_MS,
					headers: { "content-type": "application/json", "content-length": length, ...headers },
				},
				(answer) => {
					const chunks: Buffer[] = [];
					answer.on("data", (chunk: Buffer) => chunks.push(chunk));
					answer.on("end", () =>
						done({
							status: answer.statusCode ?? 0,
							body: Buffer.concat(chunks).toString(),
							retryAfter: answer.headers["retry-after"] ?? null,
						}),
					);
					answer.on("error", failed);
				},
			);
			sent.on("timeout", () => sent.destroy(new Error("no answer")));
			sent.on("error", failed);
			sent.end(body);
		});
}
