// @ts-check

/** What npm, pnpm and vitest put into the environment for the scripts they run, and what is ours. */
const OURS =
  /^(npm_(package|lifecycle)_|npm_config_local_prefix|VITEST|VITE_|TEST$|NODE_ENV$|NODE_OPTIONS$|TIKTOK_|TT_)/;

/**
 * The environment of somebody who has nothing to do with this repository.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function strangersEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.test(name)));
}
