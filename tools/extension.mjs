// Puts DeltaTrain into an extensions folder of VS Code: the built tree as it is, or a VSIX as a user would install it.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { hostPaths } from './host.mjs';

const root = path.dirname(import.meta.dirname);

/**
 * Links the tree, so that what is built next is there at the next start.
 * @param {string} folder An empty extensions folder.
 */
export function linkTree(folder) {
  const { publisher, name, version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  fs.mkdirSync(folder, { recursive: true });
  fs.symlinkSync(root, path.join(folder, `${publisher}.${name}-${version}`), 'junction');
}

/**
 * @param {string} vsix
 * @param {string} folder
 * @param {string} dataFolder
 */
export function installVsix(vsix, folder, dataFolder) {
  const { node, server } = hostPaths('current');
  const folders = ['--extensions-dir', folder, '--server-data-dir', dataFolder];
  const args = [server, '--accept-server-license-terms', ...folders, '--install-extension', vsix];
  const { status, stdout, stderr } = spawnSync(node, args, {
    encoding: 'utf8',
    env: { ...process.env, EXTENSIONS_GALLERY: '{}' },
  });
  if (status !== 0) throw new Error(`VS Code did not install ${vsix}\n${stdout}${stderr}`);
}
