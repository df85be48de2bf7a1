// Plants a mutant (one important line, made wrong) in a copy of the repository, and sees whether its tests notice.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import ts from 'typescript';

/**
 * `find` stands once in `file`, and `put` in its place is wrong: one of `tests` (files or folders) must fail. `says` is what
 * the mutant does wrong.
 * @typedef {{
 *   readonly says: string;
 *   readonly file: string;
 *   readonly find: string;
 *   readonly put: string;
 *   readonly tests: readonly string[];
 * }} Mutant
 */

/** How long tests may run, in ms: a mutant that makes them wait for ever is noticed too. */
const patience = 1_200_000;

/** What is wrong with a line of the table; null where it can be planted. @param {string} root @param {Mutant} mutant */
export function wrongWith(root, { file, find, put, tests }) {
  const text = fs.existsSync(path.join(root, file)) ? fs.readFileSync(path.join(root, file), 'utf8') : null;
  if (text === null) return `there is no file ${file}`;
  const times = text.split(find).length - 1;
  if (times !== 1) return `"${find}" stands ${times} times in ${file}`;
  if (find === put) return 'it changes nothing';
  const after = ts.transpileModule(
    text.replace(find, () => put),
    { fileName: file, reportDiagnostics: true },
  );
  if ((after.diagnostics ?? []).length > 0)
    return `what it puts in ${file} does not parse, so anything would notice it`;
  const missing = tests.filter((test) => !fs.existsSync(path.join(root, test)));
  if (missing.length > 0) return `there is no ${missing.join(', no ')}`;
  return tests.length > 0 ? null : 'it has no tests';
}

/** A copy of all that is not ignored, committed or not, with the packages of the original. @param {string} root */
export function copyOf(root) {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'deltatrain-mutants-'));
  // A test runs a program as another user, who has to reach it.
  fs.chmodSync(copy, 0o755);
  const listed = spawnSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' });
  if (listed.status !== 0) throw new Error(`git cannot list the files: ${listed.stderr}`);
  for (const file of listed.stdout.split('\0')) {
    // A file that was deleted and not committed is still listed.
    if (file === '' || !fs.existsSync(path.join(root, file))) continue;
    fs.cpSync(path.join(root, file), path.join(copy, file), { recursive: true });
  }
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'), 'junction');
  return { folder: copy, remove: () => fs.rmSync(copy, { recursive: true, force: true }) };
}

/**
 * Whether the tests are green in a folder.
 * @param {string} folder @param {readonly string[]} tests
 */
export function areGreen(folder, tests) {
  const vitest = path.join(folder, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--bail', '1', '--reporter', 'dot', ...tests];
  const done = spawnSync(process.execPath, args, {
    cwd: folder,
    stdio: 'ignore',
    timeout: patience,
    killSignal: 'SIGKILL',
  });
  return done.status === 0;
}

/** Runs the tests with a mutant in its place, and puts the file back. @param {string} folder @param {Mutant} mutant */
export function isKilled(folder, { file, find, put, tests }) {
  const place = path.join(folder, file);
  const text = fs.readFileSync(place, 'utf8');
  // By a function, so that no $ of the text is taken for a pattern.
  fs.writeFileSync(
    place,
    text.replace(find, () => put),
  );
  try {
    return !areGreen(folder, tests);
  } finally {
    fs.writeFileSync(place, text);
  }
}
