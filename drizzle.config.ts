import { defineConfig } from "drizzle-kit";

/** `npm run migrations` writes a new migration beside the old ones when `migrations/schema.ts` has changed. */
export default defineConfig({ dialect: "postgresql", schema: "./migrations/schema.ts", out: "./migrations/postgres" });
