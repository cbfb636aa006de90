/** The sports there are: a line each, beside that of `shared/catalogue/sports.ts`. */
import type { SportId } from "../shared/feeds/canonical.ts";
import { basketball } from "./basketball/basketball.ts";
import { football } from "./football/football.ts";
import type { AnySportModule } from "./sport.ts";
import { tennis } from "./tennis/tennis.ts";

const MODULES = { football, tennis, basketball } satisfies Readonly<Record<SportId, { readonly sport: SportId }>>;

/** A match keeps its sport's state and hands it back to the same module only, which is what makes the types fit. */
export const sportModule = (sport: SportId): AnySportModule => MODULES[sport] as unknown as AnySportModule;
