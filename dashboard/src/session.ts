/** The demo player of this browser: made once, kept, and replaced when its token is no longer taken. */
import * as v from "valibot";
import { ApiProblem, call, demoPlayerSchema, type Me, meSchema } from "./api.ts";

const KEY = "touchline.player";
const storedSchema = v.object({ playerId: v.string(), token: v.string() });
export type Session = v.InferOutput<typeof storedSchema>;

function stored(): Session | null {
	try {
		const result = v.safeParse(storedSchema, JSON.parse(localStorage.getItem(KEY) ?? "null"));
		return result.success ? result.output : null;
	} catch {
		return null;
	}
}

/** The player and what the wallet says of it now. */
export async function openSession(): Promise<{ readonly session: Session; readonly me: Me }> {
	const known = stored();
	if (known !== null) {
		try {
			return { session: known, me: await call(meSchema, "/v1/me", { token: known.token }) };
		} catch (fault) {
			if (!(fault instanceof ApiProblem) || (fault.status !== 401 && fault.status !== 404)) throw fault;
		}
	}
	const made = await call(demoPlayerSchema, "/v1/demo/players", { method: "POST", body: {} });
	const session = { playerId: made.playerId, token: made.token };
	localStorage.setItem(KEY, JSON.stringify(session));
	return { session, me: await call(meSchema, "/v1/me", { token: session.token }) };
}
