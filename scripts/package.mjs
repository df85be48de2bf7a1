// Builds deltatrain-<version>.vsix from the bundles, and beside it the command line as an npm package, offline, and holds both to their
// sizes. With another name the VSIX alone is made; with `--check` both are thrown away, and dist/ may be in use meanwhile.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build, NOTICES } from '../esbuild.mjs';
import { packCommandLine } from './cliPackage.mjs';

const LIMIT_MB = 5;
const CLI_LIMIT_MB = 3;

const root = path.dirname(import.meta.dirname);
const { name, version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const usual = `${name}-${version}.vsix`;
const [asked = usual] = process.argv.slice(2);
const isCheck = asked === '--check';
const folder = isCheck ? fs.mkdtempSync(path.join(os.tmpdir(), 'deltatrain-package-')) : root;
const file = path.resolve(folder, isCheck ? 'checked.vsix' : asked);
fs.mkdirSync(path.dirname(file), { recursive: true });

// What an earlier build left must not be packed.
if (!isCheck) fs.rmSync(path.join(root, 'dist'), { recursive: true, force: true });
const problems = await build();

const vsce = path.join(root, 'node_modules/@vscode/vsce/vsce');
const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', file];
const stdout = isCheck ? 'ignore' : 1;
const { status } = spawnSync(process.execPath, [vsce, 'package', ...options], {
  cwd: root,
  stdio: ['ignore', stdout, 2],
});
if (status === 0) {
  const packed = fs.readFileSync(file);
  const size = `${(packed.length / 1_000_000).toFixed(2)} of ${LIMIT_MB} MB`;
  console.log(`${isCheck ? 'the package' : path.basename(file)}: ${size}`);
  if (packed.length > LIMIT_MB * 1_000_000) problems.push(`The package is too large: ${size}`);
  // A zip file names what it holds in plain text.
  if (!packed.includes(`extension/${NOTICES}`)) problems.push(`The package does not hold ${NOTICES}`);
} else problems.push('The package could not be made: see above');
if (isCheck || asked === usual) {
  const cli = packCommandLine(folder);
  const { size: bytes } = fs.statSync(cli);
  const size = `${(bytes / 1_000_000).toFixed(2)} of ${CLI_LIMIT_MB} MB`;
  console.log(`${isCheck ? 'the command line' : path.basename(cli)}: ${size}`);
  if (bytes > CLI_LIMIT_MB * 1_000_000) problems.push(`The command line's package is too large: ${size}`);
}
if (isCheck) fs.rmSync(folder, { recursive: true, force: true });
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
