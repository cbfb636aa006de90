/** One bundle for three pages; the page says which it is. */
import { docsPage } from "./docs-page.ts";
import { lobbyPage } from "./lobby-page.ts";
import { matchPage } from "./match-page.ts";
import { opsPage } from "./ops-page.ts";

const pages: Readonly<Record<string, () => Promise<void>>> = {
	index: lobbyPage,
	match: matchPage,
	ops: opsPage,
	docs: docsPage,
};
const page = pages[document.body.dataset.page ?? ""];
if (page !== undefined) await page();
