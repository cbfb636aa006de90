/** A port that nobody listens on now, on this machine's own address. */
import { createServer } from "node:net";

export function freePort(): Promise<number> {
	return new Promise((found, reject) => {
		const probe = createServer();
		probe.once("error", reject);
		probe.listen(0, "127.0.0.1", () => {
			const address = probe.address();
			probe.close(() =>
				typeof address === "object" && address !== null ? found(address.port) : reject(new Error("no port")),
			);
		});
	});
}
