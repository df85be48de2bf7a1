// How long the extension takes to activate, beside one that does nothing, in the same extension host of real VS Code:
// node bench/run.mjs activation [rounds]. Each round is a VS Code of its own; the two take turns in going first.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildIfChanged } from '../tools/built.mjs';
import { linkTree } from '../tools/extension.mjs';
import { installHost } from '../tools/host.mjs';

const root = path.dirname(import.meta.dirname);
const rounds = Number(process.argv[2] ?? 7);
const own = 'deltatrain.deltatrain';
const empty = 'bench.empty';
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'deltatrain-activation-'));
const extensions = path.join(folder, 'extensions');

/**
 * An extension whose `activate` does nothing.
 * @param {string} place
 */
function writeEmptyExtension(place) {
  const [publisher, name] = empty.split('.');
  const manifest = { name, publisher, version: '0.0.1', main: './main.js', engines: { vscode: '^1.106.0' } };
  fs.mkdirSync(place, { recursive: true });
  fs.writeFileSync(path.join(place, 'package.json'), JSON.stringify({ ...manifest, activationEvents: ['onNever'] }));
  fs.writeFileSync(path.join(place, 'main.js'), 'exports.activate = () => {};\n');
}

/**
 * @param {string[]} order
 * @returns {Record<string, number>} Milliseconds by extension.
 */
function measure(order) {
  const report = path.join(folder, 'report.json');
  const workspace = path.join(folder, 'workspace');
  fs.rmSync(report, { force: true });
  fs.mkdirSync(workspace, { recursive: true });
  const args = [
    path.join(root, 'tools/code-web.mjs'),
    workspace,
    `--extensions-dir=${extensions}`,
    `--extensionDevelopmentPath=${path.join(folder, 'runner')}`,
    `--extensionTestsPath=${path.join(import.meta.dirname, 'activationSuite.cjs')}`,
  ];
  const env = { ...process.env, ACTIVATION_BENCH: JSON.stringify({ order, report }) };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  if (status !== 0 || !fs.existsSync(report)) throw new Error(`VS Code ended with ${status}\n${stdout}${stderr}`);
  return JSON.parse(fs.readFileSync(report, 'utf8'));
}

/** @param {number[]} values */
const spread = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ i) => (sorted.at(i) ?? Number.NaN).toFixed(1);
  return `${at(Math.floor(sorted.length / 2))} ms (${at(0)} … ${at(-1)})`;
};

try {
  await buildIfChanged();
  installHost('current');
  linkTree(extensions);
  writeEmptyExtension(path.join(extensions, `${empty}-0.0.1`));
  // VS Code runs a suite only beside an extension under development; neither of the two should be that one.
  fs.mkdirSync(path.join(folder, 'runner'));
  fs.writeFileSync(
    path.join(folder, 'runner/package.json'),
    JSON.stringify({ name: 'runner', publisher: 'bench', version: '0.0.1', engines: { vscode: '^1.106.0' } }),
  );
  /** @type {Record<string, number[]>} */
  const times = { [own]: [], [empty]: [] };
  for (let round = 0; round < rounds; round++) {
    const measured = measure(round % 2 === 0 ? [own, empty] : [empty, own]);
    for (const [id, ms] of Object.entries(measured)) times[id]?.push(ms);
    console.log(
      `round ${round + 1}: ${Object.entries(measured)
        .map(([id, ms]) => `${id} ${ms.toFixed(1)} ms`)
        .join(', ')}`,
    );
  }
  console.log(`\nNode ${process.version}, ${os.cpus().length} × ${os.cpus()[0]?.model ?? 'CPU'}; medians of ${rounds}`);
  for (const [id, all] of Object.entries(times)) console.log(`${id}: ${spread(all)}`);
} finally {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
