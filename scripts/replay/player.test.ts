import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { replayOf } from "../../replays/all.ts";
import type { FeedMessage } from "../../shared/feeds/canonical.ts";
import { signBody } from "../../shared/feeds/signature.ts";
import { playReplays } from "./player.ts";
import { playsIn } from "./plays.ts";
import { timelineOf } from "./timelines.ts";

const SECRET = "secret-of-a-provider-under-test";

/** Somebody who takes pushes: what was taken, and what was refused before. */
let server: Server;
let url = "";
let taken: FeedMessage[] = [];
let pushes: { readonly status: number; readonly ids: readonly string[]; readonly isSigned: boolean }[] = [];
let answer: (messages: readonly FeedMessage[]) => number = () => 202;

beforeEach(async () => {
	[taken, pushes, answer] = [[], [], () => 202];
	server = createServer((request, response) => {
		let body = "";
		request.on("data", (chunk: Buffer) => {
			body += chunk.toString();
		});
		request.on("end", async () => {
			const messages = JSON.parse(body) as FeedMessage[];
			const signed = await signBody(SECRET, Number(request.headers["touchline-timestamp"]), body);
			const status = answer(messages);
			const isSigned = request.url === "/v1/ingest/replay" && request.headers["touchline-signature"] === signed;
			pushes.push({ status, ids: messages.map(({ id }) => id), isSigned });
			if (status === 202) taken.push(...messages);
			const refused = status === 207 ? [{ index: 0, id: messages[0]?.id, code: "busy" }] : [];
			response.writeHead(status).end(JSON.stringify({ refused }));
		});
	});
	await new Promise<void>((up) => server.listen(0, "127.0.0.1", up));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
	server.closeAllConnections();
	server.close();
});

const replay = () => {
	const found = replayOf("wc2018-bel-jpn");
	if (found === null) throw new Error("no replay");
	return found;
};
const isOfMatch = ({ kind }: FeedMessage): boolean => kind !== "heartbeat";

test("a match arrives whole, in order, signed, and what was not taken comes again under the same ids", async () => {
	// Down, down, and then up with a lane that is busy.
	const troubles = [503, 503, 207];
	answer = (messages) => (messages.some(isOfMatch) ? (troubles.shift() ?? 202) : 202);
	const signal = new AbortController().signal;
	const only = { replay: replay(), fromMinute: 90 };
	await playReplays({ url, secret: SECRET, speed: 120, seed: 1, only, signal, log: () => {} });
	const messages = taken.filter(isOfMatch);
	expect(messages.map(({ id }) => Number(id.split(":").at(-1)))).toEqual(messages.map((_, index) => index));
	expect(messages.at(-1)).toMatchObject({ kind: "state", phase: "ended" });
	expect(pushes.every(({ isSigned }) => isSigned)).toBe(true);
	const refused = pushes.filter(({ status }) => status !== 202);
	expect(refused).toHaveLength(3);
	for (const { ids } of refused) expect(messages.map(({ id }) => id)).toEqual(expect.arrayContaining([...ids]));
	expect(taken.some(({ kind }) => kind === "heartbeat")).toBe(true);
});

test("an interrupted match goes on where it was: what fell due meanwhile is sent at once, nothing twice", async () => {
	const folder = mkdtempSync(join(tmpdir(), "touchline-plays-"));
	const file = join(folder, "plays.json");
	const matchId = "wc2018-bel-jpn-interrupted";
	const startMs = Date.now() - 600_000;
	playsIn(file).keep({ matchId, replayId: replay().id, seed: 1, speed: 10, fromMinute: 88, startMs, taken: 20 });
	const { events } = timelineOf({ replay: replay(), matchId, seed: 1, speed: 10, fromMinute: 88, startMs });
	const abort = new AbortController();
	const playing = playReplays({
		url,
		secret: SECRET,
		speed: 10,
		seed: 7,
		plays: playsIn(file),
		signal: abort.signal,
		log: () => {},
	});
	const kept = (): readonly string[] =>
		playsIn(file)
			.underway()
			.map((play) => play.matchId);
	// What has ended is forgotten; what the slots have begun is kept.
	while (kept().includes(matchId) || kept().length === 0) await new Promise((again) => setTimeout(again, 20));
	abort.abort();
	await playing;
	const ids = taken.filter(({ id }) => id.startsWith(matchId)).map(({ id }) => id);
	expect(ids).toEqual(events.slice(20).map(({ message }) => message.id));
	expect(kept().length).toBeGreaterThan(0);
	rmSync(folder, { recursive: true });
});
