/** The live MatrixOne that tests may use: `MATRIXONE_URL=mysql://root:111@127.0.0.1:6001`. Without it they are skipped, aloud. */
import { describe } from 'vitest';
import type { ServerOptions } from '../../../src/stores/matrixone/login/serverOptions.ts';

/** Null without a server. */
const liveUrl: string | null = process.env['MATRIXONE_URL'] || null;

/** A server by its URL. */
export function optionsAt(url: string): ServerOptions {
  const { hostname, port, username, password } = new URL(url);
  return {
    host: hostname,
    port: Number(port || 6001),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: null,
    tls: 'off',
    ca: null,
    statementTimeoutSeconds: 300,
  };
}

/** Where it is, as whom; only in what `describeLive` runs. */
export function liveOptions(): ServerOptions {
  if (liveUrl === null) throw new Error('There is no live server: MATRIXONE_URL is not set.');
  return optionsAt(liveUrl);
}

/** Tests that need a server; without one their name says why they did not run. */
export function describeLive(name: string, define: () => void): void {
  if (liveUrl !== null) describe(name, define);
  else describe.skip(`${name} (SKIPPED: set MATRIXONE_URL to a live MatrixOne server)`, define);
}
