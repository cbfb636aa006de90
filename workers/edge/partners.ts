/** Which partner speaks: each has a secret of its own, for its own players and nothing else. */
import { guessesOf } from "./address-limits.ts";
import { type EdgeContext, ProblemError } from "./context.ts";
import { sameSecret } from "./same-secret.ts";

export async function requirePartner(c: EdgeContext, partnerId: string): Promise<void> {
	const guesses = guessesOf(c, "partner");
	guesses.requireFree();
	const given = /^Bearer (.{1,512})$/.exec(c.req.header("authorization") ?? "")?.[1];
	const detail = "Send the partner's secret: Authorization: Bearer …";
	// Nothing was guessed where nothing was sent.
	if (given === undefined) throw new ProblemError("unauthorized", detail);
	for (const ours of c.var.config.partnerSecrets.get(partnerId) ?? []) if (await sameSecret(given, ours)) return;
	await guesses.failed("unauthorized", detail);
}
