import { describe, expect, test } from "vitest";
import { isAllowedLicence } from "./licences.ts";

describe("[SUP-1] licences", () => {
	test.each([
		["MIT", true],
		["MIT OR GPL-3.0-only", true],
		["MIT AND ISC", true],
		["MIT AND GPL-3.0-only", false],
		["LGPL-3.0-or-later", false],
		["(MIT OR GPL-3.0-only) AND GPL-2.0-only", false],
		["UNLICENSED", false],
		["", false],
		[null, false],
	])("%s: allowed %s", (expression, isAllowed) => expect(isAllowedLicence(expression)).toBe(isAllowed));
});
