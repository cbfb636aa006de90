/** The little that every peer's plain server needs. */
import type { IncomingMessage, Server } from "node:http";

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	return Buffer.concat(chunks);
}

export const headerOf = ({ headers }: IncomingMessage, name: string): string | null => {
	const value = headers[name];
	return typeof value === "string" ? value : null;
};

/** Listens on any free port of this machine only. */
export async function listening(server: Server): Promise<string> {
	await new Promise<void>((up) => server.listen(0, "127.0.0.1", up));
	const address = server.address();
	if (typeof address !== "object" || address === null) throw new Error("no port");
	return `http://127.0.0.1:${address.port}`;
}
