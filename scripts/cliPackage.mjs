// Makes deltatrain-<version>.tgz, the command line as a package of its own: the bundles as they are in the VSIX, no VS Code, no
// dependencies. `npx deltatrain …` runs it. Offline.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { NOTICES } from '../esbuild.mjs';

const root = path.dirname(import.meta.dirname);

/** The programs that a terminal starts; the parts of `engine.mjs` lie in a folder of their own. */
const programs = ['cli.js', 'engine.mjs', 'trainer.js', 'outside.js'];
/** Where it says how it is started: the bundles are modules of ours and have no first line for a shell. */
const entry = 'bin/deltatrain.mjs';

/** The manifest: what is the same in both packages is said once. */
function manifest() {
  const own = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { name, version, description, license, keywords } = own;
  return {
    ...{ name, version, license, keywords, type: 'module' },
    description: description.replace(' in VS Code', ''),
    bin: { deltatrain: entry },
    engines: { node: '>=22.16' },
    files: ['bin', 'dist', 'docs', 'media', 'LICENSE'],
  };
}

/**
 * Packs what `dist` has into a file of `folder`, and answers its path.
 * @param {string} folder
 * @param {string} [dist]
 */
export function packCommandLine(folder, dist = path.join(root, 'dist')) {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'deltatrain-npm-'));
  try {
    /** @param {string} from @param {string} to */
    const copy = (from, to) => fs.cpSync(from, path.join(work, to), { recursive: true });
    // With the chunks that the parts share.
    for (const name of [...programs, 'engine']) copy(path.join(dist, name), `dist/${name}`);
    // A bundle that ends in .js is no module, as beside the others.
    fs.writeFileSync(path.join(work, 'dist/package.json'), '{ "type": "commonjs" }\n');
    copy(path.join(root, NOTICES), NOTICES);
    for (const name of ['LICENSE', 'README.md', 'media/sample']) copy(path.join(root, name), name);
    for (const name of ['cli.schema.json', 'trainer.schema.json', 'trainer.md', 'checks.md', 'export.md'])
      copy(path.join(root, 'docs', name), `docs/${name}`);
    copy(path.join(root, 'media/deltatrain.schema.json'), 'media/deltatrain.schema.json');
    fs.mkdirSync(path.join(work, path.dirname(entry)));
    fs.writeFileSync(path.join(work, entry), "#!/usr/bin/env node\nimport '../dist/cli.js';\n", { mode: 0o755 });
    fs.writeFileSync(path.join(work, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
    const windows = process.platform === 'win32';
    const npm = windows ? 'npm.cmd' : 'npm';
    const args = ['pack', '--ignore-scripts', '--loglevel=error', '--json', '--pack-destination', path.resolve(folder)];
    const { status, stdout, stderr } = spawnSync(npm, args, { cwd: work, encoding: 'utf8', shell: windows });
    if (status !== 0) throw new Error(`npm pack failed\n${stderr}`);
    const { name, version } = manifest();
    if (!stdout.includes(`${name}-${version}.tgz`)) throw new Error(`npm pack made something else\n${stdout}`);
    return path.resolve(folder, `${name}-${version}.tgz`);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}
