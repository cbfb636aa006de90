/** Rows for a statement that reads them from one text (`json_each`): as many texts as their size asks for. */
import { SQL_TEXT_CHARS } from "../../shared/limits.ts";

/** JSON arrays of these rows, in order. */
export function jsonPieces(rows: readonly unknown[]): readonly string[] {
	const pieces: string[] = [];
	let texts: string[] = [];
	let chars = 0;
	const cut = (): void => {
		if (texts.length > 0) pieces.push(`[${texts.join(",")}]`);
		texts = [];
		chars = 0;
	};
	for (const row of rows) {
		const text = JSON.stringify(row);
		if (chars + text.length > SQL_TEXT_CHARS) cut();
		texts.push(text);
		chars += text.length;
	}
	cut();
	return pieces;
}
