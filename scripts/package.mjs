// Builds deltatrain-<version>.vsix from the bundles, offline, and holds it to its size; another name may be given.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build } from '../esbuild.mjs';

const LIMIT_MB = 5;

const root = path.dirname(import.meta.dirname);
const { name, version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const file = path.resolve(root, process.argv[2] ?? `${name}-${version}.vsix`);
fs.mkdirSync(path.dirname(file), { recursive: true });

fs.rmSync(path.join(root, 'dist'), { recursive: true, force: true });
const problems = await build();
if (problems.length > 0) throw new Error(problems.join('\n'));

const vsce = path.join(root, 'node_modules/@vscode/vsce/vsce');
const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', file];
const { status } = spawnSync(process.execPath, [vsce, 'package', ...options], { cwd: root, stdio: ['ignore', 1, 2] });
if (status !== 0) process.exit(status ?? 1);

const megabytes = fs.statSync(file).size / 1_000_000;
console.log(`${path.basename(file)}: ${megabytes.toFixed(2)} of ${LIMIT_MB} MB`);
if (megabytes > LIMIT_MB) process.exitCode = 1;
