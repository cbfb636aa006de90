/** Every answer that is no success, in one form: `application/problem+json`. */
import { HTTPException } from "hono/http-exception";
import { faultText } from "../../durable-objects/runtime/log.ts";
import { type FieldError, PROBLEMS, type ProblemCode, problem } from "../../shared/errors.ts";
import { CONTRACT } from "../../shared/limits.ts";
import { isOverloaded, ProblemError } from "./context.ts";

const STORAGE_RETRY_SEC = 5;
/** The least that the header can say. */
export const BUSY_RETRY_SEC = 1;

export function problemResponse(
	code: ProblemCode,
	detail: string,
	requestId: string,
	errors: readonly FieldError[] = [],
	retryAfterSec: number | null = null,
): Response {
	const headers = new Headers({ "content-type": "application/problem+json", "x-request-id": requestId });
	if (retryAfterSec !== null) headers.set("retry-after", String(retryAfterSec));
	return new Response(JSON.stringify(problem(code, detail, requestId, errors)), {
		status: PROBLEMS[code].status,
		headers,
	});
}

/**
 * What SQLite says where it cannot store or read: a full disk, a quota, a database at its largest size, a disk that fails. Where an
 * object cannot even be opened, the runtime says no more than that it failed.
 */
const STORAGE_FAULT = /\bSQLITE_(?:FULL|IOERR|CANTOPEN|READONLY)\b|\binternal error; reference = /;

/** Faults of ours are logged with the request's id and never told to a stranger. */
export function responseToFault(fault: unknown, requestId: string): Response {
	if (fault instanceof ProblemError)
		return problemResponse(fault.code, fault.message, requestId, fault.errors, fault.retryAfterSec);
	// What hono itself refuses about a request: a body that is announced and missing.
	if (fault instanceof HTTPException && fault.status === 400)
		return problemResponse("malformed_json", fault.message.slice(0, CONTRACT.textChars), requestId);
	if (isOverloaded(fault))
		return problemResponse(
			"busy",
			"This part of the platform is busy; try again shortly",
			requestId,
			[],
			BUSY_RETRY_SEC,
		);
	const words = faultText(fault);
	console.error(JSON.stringify({ level: "error", part: "edge", event: "fault", requestId, fault: words }));
	// A write that fails takes its whole transaction with it; one whose answer was lost is found again by its id (RUN-4).
	if (STORAGE_FAULT.test(words))
		return problemResponse(
			"unavailable",
			"Nothing can be stored at the moment; send it again with the same id",
			requestId,
			[],
			STORAGE_RETRY_SEC,
		);
	return problemResponse("internal", "Something failed on our side; the request id helps us find it", requestId);
}
