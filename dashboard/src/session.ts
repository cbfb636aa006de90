/** The demo player of this browser: made once, kept, its token renewed while the page is open, and replaced when none is taken. */
import * as v from "valibot";
import { ApiProblem, call, demoPlayerSchema, freshTokenSchema, type Me, meSchema } from "./api.ts";

const KEY = "touchline.player";
const storedSchema = v.object({ playerId: v.string(), token: v.string() });
type Stored = v.InferOutput<typeof storedSchema>;
/** Renewed so often; a token lasts an hour, so that one or two failures do no harm. */
const RENEW_MS = 1_200_000;

/** The token in force is asked for each time, because it changes. */
export type Session = { readonly playerId: string; readonly token: () => string };

function stored(): Stored | null {
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
			const me = await call(meSchema, "/v1/me", { token: known.token });
			return { session: await keepFresh(known), me };
		} catch (fault) {
			if (!(fault instanceof ApiProblem) || (fault.status !== 401 && fault.status !== 404)) throw fault;
		}
	}
	const { playerId, token } = await call(demoPlayerSchema, "/v1/demo/players", { method: "POST", body: {} });
	const me = await call(meSchema, "/v1/me", { token });
	return { session: await keepFresh({ playerId, token }), me };
}

/** Renews now and every so often; a renewal that fails is tried again at its next turn. */
async function keepFresh({ playerId, token }: Stored): Promise<Session> {
	let now = token;
	const renew = async (): Promise<void> => {
		const fresh = await call(freshTokenSchema, "/v1/me/token", { method: "POST", token: now }).catch(() => null);
		now = fresh?.token ?? now;
		localStorage.setItem(KEY, JSON.stringify({ playerId, token: now }));
	};
	await renew();
	setInterval(() => void renew(), RENEW_MS);
	return { playerId, token: () => now };
}
