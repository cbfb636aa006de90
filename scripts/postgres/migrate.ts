/** Applies `migrations/postgres` through the platform's own driver: drizzle over Neon's HTTP endpoint. */
import { join } from "node:path";
import { neon, neonConfig } from "@neondatabase/serverless";
import { drizzle } from "drizzle-orm/neon-http";
import { migrate } from "drizzle-orm/neon-http/migrator";

export async function migratePostgres(options: {
	readonly connectionString: string;
	readonly endpoint: string;
	readonly root: string;
}): Promise<void> {
	if (options.endpoint !== "") neonConfig.fetchEndpoint = options.endpoint;
	await migrate(drizzle(neon(options.connectionString)), {
		migrationsFolder: join(options.root, "migrations/postgres"),
	});
}
