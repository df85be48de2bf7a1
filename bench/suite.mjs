// Runs a suite of the tests longer than `npm test` does: options of the command line become the variables that the suite reads.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.resolve(import.meta.dirname, '..');

/**
 * @param {string} suite
 * @param {Record<string, string>} variables the variable of each option
 * @param {Record<string, string>} usual what holds where an option is not given
 */
export function runSuite(suite, variables, usual) {
  const options = Object.fromEntries(
    Object.keys(variables).map((name) => [name, { type: /** @type {const} */ ('string') }]),
  );
  const { values } = parseArgs({ options });
  const given = { ...usual, ...values };
  const env = { ...process.env };
  for (const [name, variable] of Object.entries(variables)) {
    const value = given[name];
    if (typeof value === 'string') env[variable] = value;
  }
  const started = performance.now();
  const args = ['node_modules/vitest/vitest.mjs', 'run', suite];
  const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
  console.log(`${JSON.stringify(given)}: ${Math.round((performance.now() - started) / 1000)} s`);
  process.exitCode = status ?? 1;
}
