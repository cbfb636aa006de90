/** A real Chromium from npm, for pages. */
import sparticuz from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

/** For functions that show one page; with several, closing one would end them all. */
const LONELY = new Set(["--single-process", "--no-zygote"]);
/** Without these, Chromium looks for its maker's servers at every start. */
const QUIET = [
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
	"--no-first-run",
	"--no-sandbox",
];

export async function openChromium(): Promise<Browser> {
	return chromium.launch({
		executablePath: await sparticuz.executablePath(),
		args: [...sparticuz.args.filter((flag) => !LONELY.has(flag)), ...QUIET],
		headless: true,
	});
}
