/** Faults of frames, relays, readers, doors and pages that tests catch. */
import { type Canary, inTest, patch } from "../canary.ts";

const PUBLISHER = "shared/protocol/publication.ts";

export const TESTED_WIRE: readonly Canary[] = [
	inTest(
		"offsets of another epoch are taken for ours",
		"FRM-2",
		"shared/protocol/publication.test.ts",
		patch(
			PUBLISHER,
			"position !== null && position.epoch === this.epoch && position.offset",
			"position !== null && HIT() && position.offset",
		),
	),
	inTest(
		"a reader resumes over a gap",
		"FRM-2",
		"shared/protocol/publication.test.ts",
		patch(PUBLISHER, "if (missed.length === this.#offset - position.offset) {", "if (HIT()) {"),
	),
	inTest(
		"a relay passes a delta over a gap",
		"FRM-2",
		"durable-objects/relay/ring.test.ts",
		patch("durable-objects/relay/ring.ts", 'if (from !== head.offset) return "gap";', "HIT();"),
	),
	inTest(
		"a slow reader gets every frame",
		"FRM-4",
		"durable-objects/relay/topic.test.ts",
		patch(
			"durable-objects/relay/member.ts",
			"> SOCKET.behindFrames) this.#fallBehind(nowMs);",
			"> SOCKET.behindFrames && !HIT()) this.#fallBehind(nowMs);",
		),
	),
	inTest(
		"a page may have any number of topics",
		"FRM-5",
		"client/client.test.ts",
		patch(
			"client/client.ts",
			"if (this.#channels.size >= SOCKET.maxTopics) throw",
			"if (this.#channels.size >= SOCKET.maxTopics && !HIT()) throw",
		),
	),
	inTest(
		"a silent topic is never stale",
		"FRM-6",
		"durable-objects/relay/topic.test.ts",
		patch(
			"durable-objects/relay/topic.ts",
			"if (this.#freshness.isSilent(nowMs) && (isBeating || isUnsaid || !isConnected)) this.#setStale();",
			"if (this.#freshness.isSilent(nowMs) && !HIT() && (isBeating || isUnsaid || !isConnected)) this.#setStale();",
		),
	),
	inTest(
		"a revocation leaves tokens as they are",
		"FRM-7",
		"durable-objects/wallet/revocation.test.ts",
		patch("durable-objects/wallet/transactions.ts", "this.#store.raiseTokenGeneration(playerId);", "HIT();"),
	),
	inTest(
		"who asks for a schema's name gets its body",
		"FRM-8",
		"durable-objects/relay/relay.test.ts",
		patch(
			"durable-objects/relay/ring.ts",
			"const first = byName ? (name ?? schema) : schema;",
			"const first = byName && !HIT() ? (name ?? schema) : schema;",
		),
	),
	inTest(
		"a relay believes fresh what the one above has not called so",
		"FRM-9 FRM-2",
		"durable-objects/relay/tiers.test.ts",
		patch(
			"durable-objects/relay/freshness.ts",
			"if (this.#unsaidSinceMs !== null) return false;",
			"if (this.#unsaidSinceMs !== null && !HIT()) return false;",
		),
	),
	inTest(
		"a relay waits for ever for the one above",
		"FRM-9",
		"durable-objects/relay/tiers.test.ts",
		patch(
			"durable-objects/relay/upstream.ts",
			"const dialled = this.#ways[this.#way % this.#ways.length] ?? this.publisher;",
			"const dialled = this.#ways[HIT() ? 0 : this.#way] ?? this.publisher;",
		),
	),
	inTest(
		"a name given twice says the second thing",
		"API-1",
		"shared/strict-json.test.ts",
		patch("shared/strict-json.ts", 'if (top.names?.has(said) === true) return "given twice";', "HIT();"),
	),
	inTest(
		"a number too large to be exact is read",
		"API-1",
		"shared/strict-json.test.ts",
		patch(
			"shared/strict-json.ts",
			'if (!Number.isSafeInteger(read)) return "a number too large to be read exactly";',
			"HIT();",
		),
	),
	inTest(
		"asking makes an object's tables",
		"API-2",
		"durable-objects/runtime/lazy-tables.test.ts",
		patch("durable-objects/runtime/lazy-tables.ts", "if (!/^\\s*INSERT\\b/i.test(query)) return [];", "HIT();"),
	),
	inTest(
		"any number of commands may wait in a lane",
		"SHR-1",
		"durable-objects/lane/waiters.test.ts",
		patch(
			"durable-objects/lane/waiters.ts",
			"if (this.#waits >= LANE_SHARE.commandWaits) return",
			"if (this.#waits >= LANE_SHARE.commandWaits && !HIT()) return",
		),
	),
	inTest(
		"a full disk is a fault of ours",
		"RUN-4",
		"workers/edge/app.test.ts",
		patch("workers/edge/problems.ts", "if (STORAGE_FAULT.test(words))", "if (STORAGE_FAULT.test(words) && !HIT())"),
	),
	inTest(
		"any origin may open a socket",
		"RUN-2",
		"workers/edge/app.test.ts",
		patch(
			"workers/edge/config.ts",
			"return allowedOrigins.includes(origin) ||",
			"return HIT() || allowedOrigins.includes(origin) ||",
		),
	),
	inTest(
		"a demo may be deployed",
		"RUN-1",
		"scripts/deploy/refusals.test.ts",
		patch(
			"scripts/deploy/refusals.ts",
			'...("DEMO" in vars && vars.DEMO !== "0" ? ',
			'...("DEMO" in vars && vars.DEMO !== "0" && !HIT() ? ',
		),
	),
	inTest(
		"a process is known by its number alone",
		"RUN-3",
		"scripts/processes.test.ts",
		patch(
			"scripts/processes.ts",
			"processOf(pid)?.bornAt === bornAt;",
			'processOf(pid) !== null && (HIT() || bornAt === "");',
		),
	),
	inTest(
		"1.234 is taken for one of its two meanings",
		"PAG-3",
		"shared/typed-number.test.ts",
		patch(
			"shared/typed-number.ts",
			"if (!couldBeGroup || (mark === style.decimal && wanted >= GROUP)) return parts;",
			"if (!couldBeGroup || HIT() || (mark === style.decimal && wanted >= GROUP)) return parts;",
		),
	),
	inTest(
		"a second bet is sent while the first is on its way",
		"PAG-1",
		"dashboard/src/slip-mode.test.ts",
		patch("dashboard/src/slip-mode.ts", 'if (facts.intent !== "none") return { kind: facts.intent };', "HIT();"),
	),
	inTest(
		"a price that the policy does not cover is sent",
		"PAG-2",
		"dashboard/src/slip-mode.test.ts",
		patch(
			"dashboard/src/slip-mode.ts",
			"if (!judgePrice(policy, selection.acceptedMilli, now.oddsMilli).ok) return",
			"if (!judgePrice(policy, selection.acceptedMilli, now.oddsMilli).ok && !HIT()) return",
		),
	),
	inTest(
		"a shift is told without what it was",
		"PAG-4",
		"dashboard/src/trader-commands.test.ts",
		patch(
			"dashboard/src/trader-commands.ts",
			'const from = shifts[market?.marketId ?? ""]?.[outcomeId] ?? 0;',
			"HIT(); void shifts;\n\t\t\tconst from = 0;",
		),
	),
	inTest(
		"an older version of a ticket replaces a newer one",
		"PAG-5",
		"dashboard/src/merged-ticket.test.ts",
		patch(
			"dashboard/src/merged-ticket.ts",
			"if (next.ticketVersion < known.ticketVersion) return known;",
			"if (next.ticketVersion < known.ticketVersion) return HIT() ? next : known;",
		),
	),
	inTest(
		"what many ask is asked for each of them",
		"API-3",
		"workers/edge/limits.test.ts",
		patch(
			"workers/edge/second-cache.ts",
			"if (known !== undefined) return known.answer;",
			"if (known !== undefined && !HIT()) return known.answer;",
		),
	),
	inTest(
		"a licence that asks for sources is shipped",
		"SUP-1",
		"scripts/bom/licences.test.ts",
		patch(
			"scripts/bom/licences.ts",
			"ALLOWED_LICENCES.has(licence.trim())",
			"(HIT() || ALLOWED_LICENCES.has(licence.trim()))",
		),
	),
	inTest(
		"a requirement is left out of the page",
		"SUP-2",
		"tests/security-doc.test.ts",
		patch("docs/security.md", "| V1.2.4 | SQL", "| V1.2.44 | SQL"),
	),
	inTest(
		"a page sets a cookie",
		"SUP-3",
		"tests/security-sources.test.ts",
		patch(
			"dashboard/src/main.ts",
			"if (page !== undefined) await page();",
			'document.cookie = "seen=1";\nif (page !== undefined) await page();',
			"read",
		),
	),
	inTest(
		"a page's files are served beside what the pages name",
		"SUP-4",
		"workers/edge/served.test.ts",
		patch(
			"workers/edge/routes/pages.ts",
			'app.get("/docs", (c) => page(c.env, "docs"));',
			'app.get("/docs", (c) => page(c.env, "docs"));\n\tapp.get("/index.html", (c) => page(c.env, HIT() ? "index.html" : ""));',
		),
	),
];
