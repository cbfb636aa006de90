/** `npm run migrate`: brings the Postgres of `DATABASE_URL` (and `NEON_ENDPOINT`, where it is not Neon itself) to this release. */
import { migratePostgres } from "./migrate.ts";

const { DATABASE_URL = "", NEON_ENDPOINT = "" } = process.env;
if (DATABASE_URL === "") {
	console.error("DATABASE_URL is not set: which Postgres?");
	process.exitCode = 2;
} else {
	await migratePostgres({ connectionString: DATABASE_URL, endpoint: NEON_ENDPOINT, root: process.cwd() });
	console.log("Postgres has every migration of this release.");
}
