/** The platform's HTTP API as these pages use it. What comes back is decoded before it is shown. */
import * as v from "valibot";

const problemSchema = v.looseObject({
	code: v.string(),
	detail: v.string(),
	errors: v.optional(v.array(v.object({ path: v.string(), message: v.string() })), []),
});

export class ApiProblem extends Error {
	readonly code: string;
	readonly status: number;
	constructor(status: number, code: string, detail: string) {
		super(detail);
		this.status = status;
		this.code = code;
	}
}

export type Call = {
	readonly method?: "GET" | "POST";
	readonly token?: string;
	readonly body?: unknown;
	readonly headers?: Readonly<Record<string, string>>;
	/** After so long the request counts as lost. */
	readonly timeoutMs?: number;
};

/** Calls the API of the page's own origin. Throws `ApiProblem` for every answer that is not a success. */
export async function call<S extends v.GenericSchema>(
	schema: S,
	path: string,
	options: Call = {},
): Promise<v.InferOutput<S>> {
	const response = await fetch(path, {
		method: options.method ?? "GET",
		headers: {
			accept: "application/json",
			...(options.body === undefined ? {} : { "content-type": "application/json" }),
			...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
			...options.headers,
		},
		body: options.body === undefined ? undefined : JSON.stringify(options.body),
		signal: options.timeoutMs === undefined ? null : AbortSignal.timeout(options.timeoutMs),
	});
	const body: unknown = await response.json().catch(() => null);
	if (!response.ok) {
		const problem = v.safeParse(problemSchema, body);
		if (!problem.success)
			throw new ApiProblem(response.status, "unavailable", `The platform answered ${response.status}`);
		const where = problem.output.errors.map((error) => `${error.path}: ${error.message}`).join("; ");
		throw new ApiProblem(
			response.status,
			problem.output.code,
			where === "" ? problem.output.detail : `${problem.output.detail} (${where})`,
		);
	}
	return v.parse(schema, body);
}

export const meSchema = v.looseObject({
	playerId: v.string(),
	currency: v.string(),
	balanceMinor: v.number(),
	heldMinor: v.number(),
	licence: v.optional(v.string(), "generic"),
});
export type Me = v.InferOutput<typeof meSchema>;

export const freshTokenSchema = v.looseObject({ token: v.string() });

export const demoPlayerSchema = v.looseObject({
	playerId: v.string(),
	token: v.string(),
	balanceMinor: v.number(),
	currency: v.string(),
});
