/** The partners there are. Their keys are secrets and stand in bindings, not here. */
import { DEFAULT_VIEW } from "../contracts/ids.ts";
import { BASE_CURRENCY, type Currency } from "./currencies.ts";
import type { PartnerRow } from "./schemas.ts";

/** The one whose players the demo makes. */
export const DEMO_PARTNER = {
	partnerId: "demo",
	licence: "generic",
	currency: BASE_CURRENCY,
	view: DEFAULT_VIEW,
} as const satisfies PartnerRow & { readonly currency: Currency };

export const PARTNERS: readonly PartnerRow[] = [DEMO_PARTNER];
