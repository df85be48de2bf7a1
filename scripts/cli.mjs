// The command line from the sources: `npm run -s cli -- …`. Builds when something changed, then runs in the folder that
// npm was called in; standard output is the command line's alone.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { buildIfChanged } from '../tools/built.mjs';

const root = path.dirname(import.meta.dirname);
await buildIfChanged();
const child = spawn(process.execPath, [path.join(root, 'dist/cli.js'), ...process.argv.slice(2)], {
  cwd: process.env['INIT_CWD'] ?? process.cwd(),
  stdio: 'inherit',
});
// Ctrl+C reaches the command line as well, which cancels and says so.
process.on('SIGINT', () => {});
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
