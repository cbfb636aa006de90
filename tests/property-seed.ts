/**
 * Properties draw the same cases in every `npm test`, so that a commit passes or fails by itself and a run can be repeated;
 * `npm run soak` draws fresh ones.
 */
import fc from "fast-check";

const FIXED = 20_261_125;
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? FIXED) });
