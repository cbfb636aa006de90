import type { Tokens } from "../../durable-objects/wallet/tokens.ts";

/** Signs nothing: in here nobody forges. */
export const openTokens: Tokens = {
	sign: async (payload) => `tl1.${Buffer.from(JSON.stringify(payload)).toString("base64url")}.x`,
	verify: async (token) => {
		try {
			return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
		} catch {
			return null;
		}
	},
};
