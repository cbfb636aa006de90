/**
 * Every stub is made here. The first `get` of an object decides its location for ever, so the hint always goes along;
 * it follows from the object's name.
 */
import { REGIONS, type Region } from "../../shared/contracts/ids.ts";

/** Matches, boards and lanes stand together here: a lane and its match get the same hint. */
const CENTRAL: Region = "weur";

/** The region written in a name (`desk:m1:apac`, `wallet:enam:7`, `relay:oc:0`), or the central one. */
export function regionOfName(name: string): Region {
	const parts = name.split(":");
	const written = parts[0] === "desk" ? parts[2] : parts[0] === "wallet" || parts[0] === "relay" ? parts[1] : undefined;
	return REGIONS.find((region) => region === written) ?? CENTRAL;
}

export function stubOf<T extends Rpc.DurableObjectBranded | undefined>(
	namespace: DurableObjectNamespace<T>,
	name: string,
): DurableObjectStub<T> {
	return namespace.get(namespace.idFromName(name), { locationHint: regionOfName(name) });
}

/**
 * The same stub, typed by the contract. Arguments and answers cross as plain data; whoever receives them decodes them, so
 * the contract's types are what both sides check and not what the compiler infers across scripts.
 */
export function rpcClient<Contract>(namespace: DurableObjectNamespace, name: string): Contract {
	return stubOf(namespace, name) as unknown as Contract;
}
