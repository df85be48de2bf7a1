// Builds dist/ only when a source is newer than what was built last.
import fs from 'node:fs';
import path from 'node:path';
import { build } from '../esbuild.mjs';

const root = path.dirname(import.meta.dirname);
const stamp = path.join(root, 'dist/.built');

export async function buildIfChanged() {
  const sources = ['src', 'webview', 'esbuild.mjs', 'package-lock.json'].map((name) => path.join(root, name));
  if (fs.existsSync(stamp) && Math.max(...sources.map(newest)) < fs.statSync(stamp).mtimeMs) return;
  const started = new Date();
  const problems = await build();
  if (problems.length > 0) throw new Error(problems.join('\n'));
  fs.writeFileSync(stamp, '');
  // A source that is saved while the build runs is newer than its result.
  fs.utimesSync(stamp, started, started);
}

/**
 * @param {string} place
 * @returns {number} When it, or the newest thing in it, was changed; 0 when there is none.
 */
function newest(place) {
  const stat = fs.statSync(place, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...fs.readdirSync(place).map((name) => newest(path.join(place, name))));
}
