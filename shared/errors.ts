/**
 * Every code an HTTP caller can get, in one place. The body is `application/problem+json` with `code`, `detail`,
 * `errors: [{path, message}]`, `requestId`. A refused bet is an answer, not an error: its codes stand in the contracts.
 */
export const PROBLEMS = {
	invalid_request: { status: 400, title: "The request does not fit its description" },
	malformed_json: { status: 400, title: "The body is not JSON" },
	unauthorized: { status: 401, title: "A valid token is needed" },
	token_expired: { status: 401, title: "The token has expired" },
	bad_signature: { status: 401, title: "The signature does not match" },
	stale_signature: { status: 401, title: "The timestamp is outside the tolerance" },
	forbidden: { status: 403, title: "Not allowed" },
	not_found: { status: 404, title: "There is no such thing" },
	method_not_allowed: { status: 405, title: "The path does not take this method" },
	idempotency_conflict: { status: 409, title: "This id was used for other content" },
	body_too_large: { status: 413, title: "The body is too large" },
	unsupported_media_type: { status: 415, title: "The content type is not accepted" },
	too_many_requests: { status: 429, title: "Too many requests" },
	headers_too_large: { status: 431, title: "The headers are too large" },
	internal: { status: 500, title: "Something failed on our side" },
	busy: { status: 503, title: "Busy: try again shortly" },
	unavailable: { status: 503, title: "A part this needs is not available" },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;
export type FieldError = { readonly path: string; readonly message: string };
export type Problem = {
	readonly type: string;
	readonly title: string;
	readonly status: number;
	readonly code: ProblemCode;
	readonly detail: string;
	readonly errors: readonly FieldError[];
	readonly requestId: string;
};

/** The body of a problem answer. */
export function problem(
	code: ProblemCode,
	detail: string,
	requestId: string,
	errors: readonly FieldError[] = [],
): Problem {
	const { status, title } = PROBLEMS[code];
	return { type: `urn:touchline:problem:${code}`, title, status, code, detail, errors, requestId };
}

/**
 * A boundary's argument did not fit its contract. Objects throw it to callers of the same platform: such a call is a
 * bug or a version too new, never a player's mistake, and has no effect.
 */
export class ContractFault extends Error {
	readonly code = "contract_fault";
	readonly errors: readonly FieldError[];
	constructor(what: string, errors: readonly FieldError[]) {
		super(`${what}: ${errors.map((error) => `${error.path || "(whole)"}: ${error.message}`).join("; ")}`);
		this.name = "ContractFault";
		this.errors = errors;
	}
}

/**
 * Whether a callee refused a call as no call of this contract, wherever it stands: what crosses an RPC keeps its code and loses
 * its class. The same call again would be refused again.
 */
export function isContractFault(fault: unknown): fault is Pick<ContractFault, "code" | "message" | "errors"> {
	return typeof fault === "object" && fault !== null && "code" in fault && fault.code === "contract_fault";
}
