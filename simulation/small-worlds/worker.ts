/** A process that searches the worlds it is told, one after another, until its asker goes. */
import { search } from "./search.ts";

process.on("message", (name) => {
	void search(String(name)).then(
		(found) => process.send?.(found),
		(fault) => {
			console.error(fault);
			process.exit(1);
		},
	);
});
process.on("disconnect", () => process.exit(0));
