/** What every answer carries, whichever part made it: the request's id, and what keeps browsers from guessing. */

const ALWAYS: Readonly<Record<string, string>> = {
	"x-content-type-options": "nosniff",
	"referrer-policy": "no-referrer",
};
/** What a route has not said otherwise: nothing of an API's answer is a page, and nothing of it is kept. */
const DEFAULT_HEADERS: Readonly<Record<string, string>> = {
	"content-security-policy": "default-src 'none'; frame-ancestors 'none'",
	"cache-control": "no-store",
	"cross-origin-resource-policy": "same-origin",
};
/** A year and all names below ours, as browsers' preload lists ask for; sent only where the connection is already safe. */
const HSTS = "max-age=31536000; includeSubDomains";

/** The same answer with its headers completed; its body is passed on as it is. */
export function completed(response: Response, requestId: string, isSecure: boolean): Response {
	const answer = isOurs(response, requestId) ? response : new Response(response.body, response);
	const { headers } = answer;
	for (const [name, value] of Object.entries(ALWAYS)) headers.set(name, value);
	for (const [name, value] of Object.entries(DEFAULT_HEADERS)) if (!headers.has(name)) headers.set(name, value);
	if (isSecure) headers.set("strict-transport-security", HSTS);
	headers.set("x-request-id", requestId);
	return answer;
}

/** Names the request in an answer that we have made; the headers of one that came from another part cannot be changed. */
function isOurs(response: Response, requestId: string): boolean {
	try {
		response.headers.set("x-request-id", requestId);
		return true;
	} catch {
		return false;
	}
}
