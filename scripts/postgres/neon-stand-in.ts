/**
 * A local stand-in for Neon's SQL-over-HTTP endpoint, in front of any PostgreSQL: the platform's one driver runs unchanged
 * against it. Answers `POST /sql` for the one connection string it was started with.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import pg from "pg";

export type StandIn = { readonly endpoint: string; readonly stop: () => Promise<void> };

type Query = { readonly query: string; readonly params?: readonly unknown[]; readonly arrayMode?: boolean };

const MAX_BODY_BYTES = 10 * 1_048_576;
const ISOLATION: Readonly<Record<string, string>> = {
	ReadUncommitted: "READ UNCOMMITTED",
	ReadCommitted: "READ COMMITTED",
	RepeatableRead: "REPEATABLE READ",
	Serializable: "SERIALIZABLE",
};

/** Everything goes back as Postgres' own text, as Neon sends it when asked for raw output. */
const rawTypes = { getTypeParser: () => (value: unknown) => value };

export async function startNeonStandIn(options: {
	readonly connectionString: string;
	readonly port?: number;
}): Promise<StandIn> {
	const pool = new pg.Pool({ connectionString: options.connectionString, max: 20, connectionTimeoutMillis: 5_000 });
	// A broken idle connection is replaced; without a listener it would end the process.
	pool.on("error", () => {});
	const server = createServer((request, response) => {
		answer(pool, options.connectionString, request, response).catch((fault: unknown) =>
			send(response, 500, { message: String(fault) }),
		);
	});
	await new Promise<void>((listening, reject) => {
		server.once("error", reject);
		server.listen(options.port ?? 0, "127.0.0.1", listening);
	});
	const address = server.address();
	const port = typeof address === "object" && address !== null ? address.port : 0;
	return {
		endpoint: `http://127.0.0.1:${port}/sql`,
		stop: async () => {
			server.closeAllConnections();
			await new Promise<void>((closed) => server.close(() => closed()));
			await pool.end();
		},
	};
}

async function answer(
	pool: pg.Pool,
	connectionString: string,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	if (request.method !== "POST" || request.url !== "/sql") return send(response, 404, { message: "POST /sql" });
	if (!sameSecret(String(request.headers["neon-connection-string"] ?? ""), connectionString)) {
		return send(response, 401, { message: "this connection string is not served here" });
	}
	const body = await readBody(request);
	if (body === null) return send(response, 413, { message: `at most ${MAX_BODY_BYTES} bytes` });
	const isArray = request.headers["neon-array-mode"] === "true";
	let client: pg.PoolClient;
	try {
		client = await pool.connect();
	} catch (fault) {
		return send(response, 503, { message: fault instanceof Error ? fault.message : String(fault) });
	}
	// A server that stops says so to connections in use as well; the query under way fails by itself.
	const ignored = (): void => {};
	client.on("error", ignored);
	try {
		const parsed = JSON.parse(body) as Query | { queries: Query[] };
		const result =
			"queries" in parsed
				? { results: await batch(client, parsed.queries, request, isArray) }
				: await run(client, parsed, isArray);
		send(response, 200, result);
	} catch (fault) {
		send(response, 400, problemOf(fault));
	} finally {
		client.off("error", ignored);
		client.release();
	}
}

/** A batch is one transaction, as Neon's is. */
async function batch(
	client: pg.PoolClient,
	queries: readonly Query[],
	request: IncomingMessage,
	isArray: boolean,
): Promise<readonly unknown[]> {
	const isolation = ISOLATION[String(request.headers["neon-batch-isolation-level"])];
	const modes = [
		...(isolation === undefined ? [] : [`ISOLATION LEVEL ${isolation}`]),
		...(request.headers["neon-batch-read-only"] === "true" ? ["READ ONLY"] : []),
		...(request.headers["neon-batch-deferrable"] === "true" ? ["DEFERRABLE"] : []),
	];
	await client.query(`BEGIN ${modes.join(" ")}`);
	try {
		const results: unknown[] = [];
		for (const query of queries) results.push(await run(client, query, isArray));
		await client.query("COMMIT");
		return results;
	} catch (fault) {
		await client.query("ROLLBACK");
		throw fault;
	}
}

async function run(client: pg.PoolClient, { query, params, arrayMode }: Query, isArray: boolean): Promise<unknown> {
	const asArray = arrayMode ?? isArray;
	const result = await client.query({
		text: query,
		values: [...(params ?? [])],
		rowMode: asArray ? "array" : undefined,
		types: rawTypes,
	} as pg.QueryConfig);
	const { command, rowCount, rows, fields } = result;
	return {
		command,
		rowCount,
		rows,
		fields: fields.map(({ name, dataTypeID }) => ({ name, dataTypeID })),
		rowAsArray: asArray,
	};
}

const FIELDS = [
	"severity",
	"code",
	"detail",
	"hint",
	"position",
	"internalPosition",
	"internalQuery",
	"where",
	"schema",
	"table",
	"column",
	"dataType",
	"constraint",
	"file",
	"line",
	"routine",
] as const;

function problemOf(fault: unknown): Readonly<Record<string, unknown>> {
	if (!(fault instanceof Error)) return { message: String(fault) };
	const source = fault as unknown as Readonly<Record<string, unknown>>;
	return {
		message: fault.message,
		...Object.fromEntries(FIELDS.flatMap((name) => (source[name] === undefined ? [] : [[name, source[name]]]))),
	};
}

/** The driver writes the address its own way (without a default port, for one): what it names is compared, in constant time. */
function sameSecret(given: string, expected: string): boolean {
	const digest = (text: string): Buffer => createHash("sha256").update(named(text)).digest();
	return timingSafeEqual(digest(given), digest(expected));
}

function named(address: string): string {
	if (!URL.canParse(address)) return "";
	const { username, password, hostname, pathname } = new URL(address);
	return JSON.stringify([username, password, hostname, pathname]);
}

async function readBody(request: IncomingMessage): Promise<string | null> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of request) {
		bytes += (chunk as Buffer).length;
		if (bytes > MAX_BODY_BYTES) return null;
		chunks.push(chunk as Buffer);
	}
	return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, status: number, body: unknown): void {
	response.writeHead(status, { "content-type": "application/json" });
	response.end(JSON.stringify(body));
}
