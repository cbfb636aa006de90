/** A peer that takes bets, on a PostgreSQL of its own as the platform's start sets it up: durable commits, nothing tuned. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startPostgres } from "../../scripts/postgres/embedded.ts";
import { withPeer } from "../loads/child.ts";
import { type Part, treeOf } from "../measures/cpu.ts";
import { type Book, fillTables } from "./bet-tables.ts";
import { peerToken } from "./tokens.ts";

export const FORMS = ["seven statements", "one call"] as const;
export type Form = (typeof FORMS)[number];

export type BetPeer = {
	readonly url: string;
	readonly tokens: readonly string[];
	readonly parts: readonly Part[];
	readonly writers: readonly (number | null)[];
	readonly connectionString: string;
};

export const PEER_SECRET = "secret-of-the-peers-of-the-bench";
export const playersOfPeers = (count: number): readonly string[] =>
	Array.from({ length: count }, (_, no) => `player-${no}`);

export async function withBetPeer<T>(
	{ form, legs, players }: { readonly form: Form; readonly legs: Book["legs"]; readonly players: number },
	run: (peer: BetPeer) => Promise<T>,
): Promise<T> {
	return withPostgres(async ({ connectionString, pid }) => {
		const playerIds = playersOfPeers(players);
		await withClient(connectionString, (client) => fillTables(client, { playerIds, legs }));
		return withPeer("peers/bet-server.ts", { connectionString, secret: PEER_SECRET, form }, (peer) =>
			run({
				url: peer.url,
				tokens: playerIds.map((playerId) => peerToken(PEER_SECRET, playerId)),
				parts: [treeOf("Node", () => peer.pid), treeOf("PostgreSQL", () => pid)],
				writers: [pid],
				connectionString,
			}),
		);
	});
}

export async function withPostgres<T>(
	run: (postgres: { readonly connectionString: string; readonly pid: number }) => Promise<T>,
): Promise<T> {
	const stateDir = mkdtempSync(join(tmpdir(), "touchline-bench-"));
	chmodSync(stateDir, 0o755);
	try {
		const postgres = await startPostgres({ stateDir });
		try {
			return await run(postgres);
		} finally {
			await postgres.stop();
		}
	} finally {
		rmSync(stateDir, { recursive: true, force: true });
	}
}

export async function withClient<T>(connectionString: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
	const client = new pg.Client({ connectionString });
	await client.connect();
	try {
		return await run(client);
	} finally {
		await client.end();
	}
}
