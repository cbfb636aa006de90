/** Who may do what operators do. */
import { guessesOf } from "./address-limits.ts";
import { type EdgeContext, ProblemError } from "./context.ts";
import { sameSecret } from "./same-secret.ts";

/** Operators only: one token, for what operators see and do and nothing else. It opens no player's account and signs no feed. */
export async function requireOperator(c: EdgeContext): Promise<void> {
	const guesses = guessesOf(c, "operator");
	guesses.requireFree();
	const given = /^Bearer (.{1,512})$/.exec(c.req.header("authorization") ?? "")?.[1];
	const detail = "Send the operator's token: Authorization: Bearer …";
	// Nothing was guessed where nothing was sent.
	if (given === undefined) throw new ProblemError("unauthorized", detail);
	if (!(await sameSecret(given, c.var.config.operatorToken))) await guesses.failed("unauthorized", detail);
}
