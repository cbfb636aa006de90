/**
 * Numbers as people type them. A text is read where it has one meaning, in the reader's own format where it has two, and
 * refused with a reason otherwise: a number is never guessed, because money hangs on it.
 *
 * | typed | `en` | `de` | `fr` |
 * |---|---|---|---|
 * | 1.234,50 or 1,234.50 or 1 234,50 or 1'234.50 | 1234.5 | 1234.5 | 1234.5 |
 * | 6,5 or 6.5 | 6.5 | 6.5 | 6.5 |
 * | 1,000 | 1000 | ambiguous | ambiguous |
 * | 1.000 | ambiguous | 1000 | ambiguous |
 *
 * Where three decimals are wanted (a dinar has them) the reader's own decimal mark decides: 1,000 is 1 in `de`.
 */

/** How a reader's country writes numbers. */
export type NumberStyle = {
	readonly decimal: string;
	readonly group: string;
	/** The ten digits, zero first. */
	readonly digits: readonly string[];
	/** 12,34,567 as in India. */
	readonly isPaired: boolean;
};
export type NumberRefusal =
	| "empty"
	| "not_a_number"
	| "negative"
	| "too_precise"
	| "bad_groups"
	| "ambiguous"
	| "out_of_range"
	| "wrong_step";
export type ReadNumber =
	/** An integer of the last digit asked for: 12.5 with two digits is 1250. */
	| { readonly ok: true; readonly scaled: number }
	/** `readings`: the two meanings of what is ambiguous. */
	| { readonly ok: false; readonly code: NumberRefusal; readonly readings?: readonly [string, string] };
export type NumberSpec = {
	/** Digits after the decimal mark; bounds and the result count in the last of them. */
	readonly digits: number;
	readonly minScaled: number;
	readonly maxScaled: number;
	readonly stepScaled?: number;
	/** What may stand before or behind the number: "€", "EUR", "%". */
	readonly units?: readonly string[];
};

const GROUP = 3;
/** Beyond so many digits a text is no amount, and would not be exact. */
const MOST_DIGITS = 15;
/** The marks of other scripts by those that mean the same here. */
const plainMarks = (text: string): string =>
	text.replace(ONLY_GROUPS, " ").replaceAll("\u066b", ".").replaceAll("\u060c", ",");
/** Marks that nobody uses for decimals. */
const ONLY_GROUPS = /[\u2e41'’\u066c\s]/g;

/** A tag that is no language is read as English. */
export function numberStyle(language: string): NumberStyle {
	const format = formatOf(language);
	const parts = format.formatToParts(1_234_567.5);
	const mark = (type: string, otherwise: string): string => {
		const found = parts.find((part) => part.type === type)?.value ?? otherwise;
		return plainMarks(found);
	};
	const digits = [...formatOf(language, { useGrouping: false }).format(9_876_543_210)].toReversed();
	const wholes = parts.filter((part) => part.type === "integer");
	return { decimal: mark("decimal", "."), group: mark("group", " "), digits, isPaired: wholes[1]?.value.length === 2 };
}

function formatOf(language: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
	try {
		return new Intl.NumberFormat(language, options);
	} catch {
		return new Intl.NumberFormat("en", options);
	}
}

export function readNumber(text: string, style: NumberStyle, spec: NumberSpec): ReadNumber {
	const plain = plainText(text, style, spec.units ?? []);
	if (plain === "") return refused("empty");
	const found = /^([+-]?)([\d., ]+)$/.exec(plain);
	if (found === null) return refused("not_a_number");
	const [, sign = "", body = ""] = found;
	if (sign === "-" && spec.minScaled >= 0) return refused("negative");
	const split = splitDecimals(body, style, spec.digits);
	if ("ok" in split) return split;
	const whole = withoutGroups(split.whole, style);
	if (whole === null) return refused("bad_groups");
	// A mark with nothing behind it is a number half typed.
	if (split.fraction === "") return refused("not_a_number");
	const fraction = split.fraction ?? "";
	if (fraction.length > spec.digits) return refused("too_precise");
	const digits = `${whole}${fraction.padEnd(spec.digits, "0")}`.replace(/^0+(?=\d)/, "");
	if (digits.length > MOST_DIGITS) return refused("out_of_range");
	return inRange(sign === "-" ? -Number(digits) : Number(digits), spec);
}

/** As the reader writes it, with all digits: what this writes, `readNumber` reads. */
export function writeNumber(scaled: number, digits: number, { decimal, group, isPaired }: NumberStyle): string {
	const text = String(Math.abs(scaled)).padStart(digits + 1, "0");
	const whole = text.slice(0, text.length - digits);
	const pattern = isPaired ? /\B(?=(\d{2})*\d{3}$)/g : /\B(?=(\d{3})+$)/g;
	const grouped = whole.replace(pattern, group === " " ? "\u00a0" : group);
	return `${scaled < 0 ? "−" : ""}${grouped}${digits === 0 ? "" : `${decimal}${text.slice(-digits)}`}`;
}

const refused = (code: NumberRefusal): ReadNumber => ({ ok: false, code });

/** One spelling of digits, signs and marks; without the unit. */
function plainText(text: string, style: NumberStyle, units: readonly string[]): string {
	let plain = plainMarks(text.normalize("NFKC")).replaceAll("−", "-").trim();
	for (const unit of units.map((name) => name.toLowerCase())) {
		if (plain.toLowerCase().startsWith(unit)) plain = plain.slice(unit.length).trim();
		else if (plain.toLowerCase().endsWith(unit)) plain = plain.slice(0, plain.length - unit.length).trim();
	}
	return [...plain].map((char) => (style.digits.includes(char) ? String(style.digits.indexOf(char)) : char)).join("");
}

type Split = { readonly whole: string; readonly fraction: string | null };

/** Which mark is the decimal one, if any. */
function splitDecimals(body: string, style: NumberStyle, wanted: number): Split | ReadNumber {
	const marks = [...body.matchAll(/[.,]/g)];
	const last = marks.at(-1);
	if (last === undefined) return { whole: body, fraction: null };
	const [mark] = last;
	const parts: Split = { whole: body.slice(0, last.index), fraction: body.slice(last.index + 1) };
	if (marks.filter((other) => other[0] === mark).length > 1)
		// What stands more than once can only part groups.
		return { whole: body, fraction: null };
	if (marks.length > 1 || body.includes(" "))
		return parts.fraction?.includes(" ") === true ? refused("bad_groups") : parts;
	const couldBeGroup = parts.fraction?.length === GROUP && /^[1-9]\d{0,2}$/.test(parts.whole);
	if (!couldBeGroup || (mark === style.decimal && wanted >= GROUP)) return parts;
	if (mark === style.group) return { whole: body, fraction: null };
	return { ok: false, code: "ambiguous", readings: [parts.whole, `${parts.whole}${parts.fraction}`] };
}

/** The digits of the whole part; null where its groups are none. One mark parts them all. */
function withoutGroups(whole: string, { isPaired }: NumberStyle): string | null {
	const marks = new Set(whole.replace(/\d/g, ""));
	if (marks.size === 0) return whole;
	const [mark = ""] = marks;
	const groups = whole.split(mark);
	const [first = "", ...others] = groups;
	const areThrees = /^[1-9]\d{0,2}$/.test(first) && others.every((group) => group.length === GROUP);
	const arePairs =
		isPaired &&
		/^[1-9]\d?$/.test(first) &&
		others.every((group, at) => group.length === (at === others.length - 1 ? GROUP : 2));
	return marks.size === 1 && (areThrees || arePairs) ? groups.join("") : null;
}

function inRange(scaled: number, { minScaled, maxScaled, stepScaled = 1 }: NumberSpec): ReadNumber {
	if (scaled < minScaled || scaled > maxScaled) return refused("out_of_range");
	// Minus zero is a zero like any other.
	return scaled % stepScaled === 0 ? { ok: true, scaled: scaled + 0 } : refused("wrong_step");
}
