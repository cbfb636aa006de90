/** What the database's driver sends, and to whom. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { reportingConfig } from "./config.ts";
import { openDatabase } from "./database.ts";

async function listening(server: Server): Promise<string> {
	await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/sql`;
}

test("[SUP-3] a database that points elsewhere is not followed: its password goes to nobody else", async () => {
	let strangerAsked = 0;
	const stranger = createServer((_, answer) => {
		strangerAsked++;
		answer.setHeader("content-type", "application/json").end('{"rows":[],"fields":[]}');
	});
	const elsewhere = await listening(stranger);
	const first = createServer((_, answer) => answer.writeHead(307, { location: elsewhere }).end());
	const neonEndpoint = await listening(first);
	const database = openDatabase({ databaseUrl: "postgres://u:hunter2@db.example/t", neonEndpoint, walletShards: 1 });
	const fault = await database.query(sql`SELECT 1`).catch((caught: unknown) => caught);
	expect(fault).toBeInstanceOf(Error);
	expect(strangerAsked).toBe(0);
	for (const server of [first, stranger]) await new Promise((closed) => server.close(closed));
});

test("[SUP-3] the password crosses no network in the clear: an endpoint by http is this machine or refused", () => {
	const ask = (endpoint: string) => () =>
		reportingConfig({ DATABASE_URL: "postgres://u:p@h/d", NEON_ENDPOINT: endpoint, WALLET_SHARDS: "1" });
	for (const endpoint of [
		"",
		"https://db.example/sql",
		"http://127.0.0.1:9/sql",
		"http://localhost",
		"http://[::1]:9/x",
	])
		expect(ask(endpoint)().neonEndpoint).toBe(endpoint);
	for (const endpoint of [
		"http://db.example/sql",
		"http://127.0.0.1.evil.example/sql",
		"http://localhost@evil.example/sql",
		"http://127.0.0.1:9@evil.example/",
	])
		expect(ask(endpoint), endpoint).toThrow(/NEON_ENDPOINT/);
});
