/** Comma-separated text with a header: fields by column name, in any order, with LF or CRLF, quoted where needed. */

export type CsvTable = {
	readonly columns: readonly string[];
	/** Each with its line number in the file, counted from 1. */
	readonly rows: readonly { readonly line: number; readonly fields: readonly string[] }[];
};

/** The fields of one line; a quoted field may hold commas and doubled quotes, but no line break. */
function fieldsOf(line: string): readonly string[] {
	if (!line.includes('"')) return line.split(",").map((field) => field.trim());
	const fields: string[] = [];
	for (const match of line.matchAll(/(?:^|,)(?:\s*"((?:[^"]|"")*)"\s*|([^,]*))/g)) {
		fields.push((match[1]?.replaceAll('""', '"') ?? match[2] ?? "").trim());
	}
	return fields;
}

/** Splits a text into its table. Empty lines are skipped; the first other line names the columns. */
export function parseCsv(text: string): CsvTable {
	const lines = text
		.replace(/^\uFEFF/, "")
		.split(/\r\n|\n|\r/)
		.map((content, index) => ({ line: index + 1, content }))
		.filter(({ content }) => content.trim() !== "");
	const columns = fieldsOf(lines[0]?.content ?? "").map((name) => name.toLowerCase());
	return { columns, rows: lines.slice(1).map(({ line, content }) => ({ line, fields: fieldsOf(content) })) };
}
