// Runs a benchmark: node bench/run.mjs loop. One in TypeScript is bundled first: our sources import a .wasm file as bytes,
// which Node alone does not.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');
const [name = 'loop', ...rest] = process.argv.slice(2);
const plain = path.join(import.meta.dirname, `${name}.mjs`);
const outfile = path.join(root, 'node_modules/.cache/bench', `${name}.cjs`);
if (!fs.existsSync(plain))
  await build({
    absWorkingDir: root,
    entryPoints: [`bench/${name}.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    mainFields: ['module', 'main'],
    loader: { '.wasm': 'binary' },
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
    // One tfjs for all of it, with the backends that are registered in it.
    external: ['@tensorflow/*'],
    logLevel: 'warning',
  });
const program = fs.existsSync(plain) ? plain : outfile;
process.exitCode =
  spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...rest], { stdio: 'inherit' })
    .status ?? 1;
