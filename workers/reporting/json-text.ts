/** JSON as Postgres takes it. */

/**
 * The text of a value with U+FFFD for what `jsonb` refuses: U+0000 and half characters. They come only with rows and messages
 * that are kept as refused; were those refused in turn, nothing would come after them.
 */
export function jsonText(value: unknown): string {
	const text = JSON.stringify(value);
	// Almost no text has either: a batch of a thousand rows is not looked through for them.
	if (!text.includes("\\u")) return text;
	return text.replace(/\\(?:u0000|ud[89a-f][0-9a-f]{2}|.)/g, (written) =>
		/^\\u(?:0000|d[89a-f])/.test(written) ? "\\ufffd" : written,
	);
}
