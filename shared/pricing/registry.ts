/** The sports there are. */
import type { SportId } from "../feeds/canonical.ts";
import { basketball } from "./basketball/basketball.ts";
import { football } from "./football/football.ts";
import type { AnySportModule } from "./sport.ts";

/** Null: the platform has no model of that sport, and refuses its fixtures. */
export function sportModule(sport: SportId): AnySportModule | null {
	switch (sport) {
		// A match keeps its sport's state and hands it back to the same module only, which is what makes the types fit.
		case "football":
			return football as unknown as AnySportModule;
		case "basketball":
			return basketball as unknown as AnySportModule;
		case "tennis":
			return null;
	}
}
