/** The sports there are. */
import type { SportId } from "../shared/feeds/canonical.ts";
import { basketball } from "./basketball/basketball.ts";
import { football } from "./football/football.ts";
import type { AnySportModule } from "./sport.ts";
import { tennis } from "./tennis/tennis.ts";

export function sportModule(sport: SportId): AnySportModule {
	switch (sport) {
		// A match keeps its sport's state and hands it back to the same module only, which is what makes the types fit.
		case "football":
			return football as unknown as AnySportModule;
		case "tennis":
			return tennis as unknown as AnySportModule;
		case "basketball":
			return basketball as unknown as AnySportModule;
	}
}
