/**
 * Whose socket it is, as the edge tells a relay: in a header of a request that the edge makes itself, so that nothing a client
 * writes into its own headers gets there, and a relay is reached through the edge alone.
 */
import * as v from "valibot";
import { CONTRACT } from "../limits.ts";

export const ADDRESS_HEADER = "touchline-address";
/** The socket is a relay's, of the level below. Only a relay writes it: what comes from the edge has none. */
export const RELAY_HEADER = "touchline-relay";
/** This machine's own, where its addresses are not counted (`UNCOUNTED_ADDRESSES`). */
const UNCOUNTED = "uncounted";
/** Whoever is not told of shares one share with all like it. */
const UNKNOWN = "unknown";

export const addressText = v.pipe(v.string(), v.regex(/^([0-9a-f.:]+|unknown)$/), v.maxLength(CONTRACT.addressChars));

export const addressHeaderOf = (address: string | null): string => address ?? UNCOUNTED;

/** Null: not counted. What is no address of ours counts, as unknown. */
export function addressOfHeader(value: string | null): string | null {
	if (value === UNCOUNTED) return null;
	return value !== null && v.is(addressText, value) ? value : UNKNOWN;
}

/**
 * What counts as one address, written one way: of IPv6 the 64 bits that a household is given, since it can take any of the rest;
 * an IPv4 address in IPv6's clothes is that IPv4 address, or all of those would be one.
 */
export function networkOf(address: string): string {
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
	if (mapped !== undefined) return mapped;
	if (!address.includes(":")) return address;
	const [head = "", tail = ""] = address.toLowerCase().split("::");
	const before = head.split(":").filter((group) => group !== "");
	const after = tail.split(":").filter((group) => group !== "");
	const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => "0");
	const groups = [...before, ...(address.includes("::") ? zeros : []), ...after];
	return groups
		.slice(0, 4)
		.map((group) => group.replace(/^0+(?=.)/, ""))
		.join(":");
}
