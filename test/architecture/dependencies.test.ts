// The dependency rule still bites: each kind of violation is planted in a small tree and must be refused, by name.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type IViolation } from 'dependency-cruiser';
import { afterAll, expect, test } from 'vitest';
import config, { exceptions, folders, rooms } from '../../.dependency-cruiser.mjs';

const root = join(import.meta.dirname, '../..');
const planted = mkdtempSync(join(tmpdir(), 'deltatrain-architecture-'));
afterAll(() => rmSync(planted, { recursive: true, force: true }));

const plant = (file: string, text: string): void => {
  mkdirSync(dirname(join(planted, file)), { recursive: true });
  writeFileSync(join(planted, file), text);
};

const placeOf = (folder: string): string => (folder === 'webview' ? folder : `src/${folder}`);
const upFrom = (file: string): string => '../'.repeat(file.split('/').length - 1);
const home = (place: string): string => `${place}/home.ts`;

/** A file, what it must not import, and the rule that says so. */
const violations: [file: string, imports: string, rule: string][] = [
  ['src/data/engineer.ts', 'vscode', 'home-of-vscode'],
  ['src/app/connect.ts', 'mysql2', 'home-of-mysql2'],
  ['src/stores/embedded/connect.ts', 'mysql2/promise', 'home-of-mysql2'],
  ['src/extension/train.ts', '@tensorflow/tfjs-core', 'home-of-@tensorflow/[^/]+'],
  ['src/git4data/protocol.ts', 'vscode-languageserver', 'home-of-vscode-languageserver'],
  ['webview/views/button.ts', '@vscode/webview-ui-toolkit', 'home-of-@vscode/webview-ui-toolkit'],
  ['src/base/scale.ts', 'd3-scale', 'home-of-d3-scale'],
  ['src/stores/embedded/csv.ts', 'csv-parse', 'home-of-csv-parse'],
  ['src/cli/validate.ts', 'ajv', 'package-without-home'],
  ['src/cli/check.ts', '@cfworker/json-schema', 'home-of-@cfworker/json-schema'],
  ['src/base/digest.ts', '@noble/hashes/sha2.js', 'home-of-@noble/hashes'],
  ['src/train/readDisk.ts', 'node:fs', 'node-built-ins'],
  ['src/app/readDisk.ts', 'fs', 'node-built-ins'],
  ['src/data/database.ts', 'node:sqlite', 'node-built-ins'],
  ['webview/readDisk.ts', 'node:path', 'node-built-ins'],
  ['src/train/wire.ts', '../protocol/home.ts', 'train-imports'],
  ['src/server/fixture.ts', '../../test/home.ts', 'product-imports-tests'],
  ['src/base/gone.ts', './nowhere.ts', 'not-found'],
  ['src/utils/bag.ts', '../base/home.ts', 'file-without-line'],
  ['src/loose.ts', './base/home.ts', 'file-without-line'],
  ['src/stores/embedded/types/peer.ts', '../../matrixone/home.ts', 'stores/embedded-imports'],
];

/** The deepest folder that is a room, with what it may not import of the same folder. */
const everyForbiddenRoom = Object.entries(rooms).flatMap(([folder, byRoom]) =>
  Object.entries(byRoom).flatMap(([room, allowed]) =>
    Object.keys(byRoom)
      .filter((to) => to !== room && !allowed.includes(to))
      .map((to) => ({
        file: `${placeOf(folder)}/${room}/takes-${to}.ts`,
        to: `../${to}/home.ts`,
        rule: `${folder}/${room}-imports`,
      })),
  ),
);

const everyForbiddenPair = Object.entries(folders).flatMap(([from, allowed]) =>
  Object.keys(folders)
    .filter((to) => to !== from && !allowed.includes(to))
    .map((to) => ({ from, to, file: `${placeOf(from)}/takes-${to}.ts` })),
);

const found = new Set<string>();
const pathOf = (violation: IViolation): string => violation.from.replaceAll('\\', '/');

/** Cruises the planted tree once; all questions are put to its result. */
async function cruisePlanted(): Promise<void> {
  for (const folder of Object.keys(folders)) plant(home(placeOf(folder)), 'export const here = 1;\n');
  for (const [folder, byRoom] of Object.entries(rooms)) {
    for (const room of Object.keys(byRoom)) plant(home(`${placeOf(folder)}/${room}`), 'export const here = 1;\n');
  }
  for (const { file, to } of everyForbiddenRoom) {
    plant(file, `import type { here } from '${to}';\nexport type Taken = typeof here;\n`);
  }
  plant('test/home.ts', 'export const here = 1;\n');
  for (const [file, imports] of violations) plant(file, `import * as taken from '${imports}';\nexport { taken };\n`);
  for (const { file, to } of everyForbiddenPair) {
    // A type alone counts too: what is not imported cannot be leant on.
    plant(file, `import type { here } from '${upFrom(file)}${home(placeOf(to))}';\nexport type Taken = typeof here;\n`);
  }
  for (const [from, allowed] of Object.entries(folders)) {
    const lines = allowed.map(
      (to) => `export { here as ${to} } from '${upFrom(home(placeOf(from)))}${home(placeOf(to))}';`,
    );
    plant(`${placeOf(from)}/allowed.ts`, `${lines.join('\n')}\n`);
  }
  plant('src/base/circle.ts', "import './round.ts';\n");
  plant('src/base/round.ts', "import './circle.ts';\n");
  plant('src/train/main.ts', "import 'node:process';\nexport * from '../protocol/home.ts';\n");
  symlinkSync(join(root, 'node_modules'), join(planted, 'node_modules'), 'junction');

  const { output } = await cruise(['src', 'webview', 'test'], {
    ...config.options,
    baseDir: planted,
    ruleSet: { forbidden: config.forbidden ?? [] },
    validate: true,
  });
  if (typeof output === 'string') throw new Error(output);
  for (const violation of output.summary.violations) found.add(`${pathOf(violation)}: ${violation.rule.name}`);
}

test('planted violations are refused, each by its own rule', async () => {
  await cruisePlanted();
  const expected = [
    ...violations.map(([file, , rule]) => `${file}: ${rule}`),
    ...everyForbiddenPair.map(({ file, from }) => `${file}: ${from}-imports`),
    ...everyForbiddenRoom.map(({ file, rule }) => `${file}: ${rule}`),
    'src/base/circle.ts: no-cycles',
  ];
  expect(expected.filter((line) => !found.has(line))).toEqual([]);
});

test('what the table allows is not refused', () => {
  const allowed = [
    ...Object.keys(folders).map((folder) => `${placeOf(folder)}/allowed.ts`),
    ...Object.keys(exceptions),
  ];
  expect([...found].filter((line) => allowed.some((file) => line.startsWith(`${file}:`)))).toEqual([]);
});

const foldersIn = (place: string): string[] =>
  readdirSync(join(root, place), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

test('every folder has its line in the table', () => {
  expect(foldersIn('src').filter((name) => !Object.hasOwn(folders, name))).toEqual([]);
});

test('every room has its line in the table, and every line its room', () => {
  for (const [folder, byRoom] of Object.entries(rooms)) {
    expect(foldersIn(placeOf(folder)).toSorted(), folder).toEqual(Object.keys(byRoom).toSorted());
  }
});

/** Files side by side that a person can still take in; the folder above it becomes rooms. */
const mostSideBySide = 15;

test.each(['src', 'webview', 'test'])('no folder of %s has more files side by side than a person takes in', (top) => {
  const crowded = readdirSync(join(root, top), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /[.](ts|mjs|cjs)$/.test(entry.name))
    .reduce(
      (counts, { parentPath }) => counts.set(parentPath, (counts.get(parentPath) ?? 0) + 1),
      new Map<string, number>(),
    );
  expect([...crowded].filter(([, files]) => files > mostSideBySide)).toEqual([]);
});

test('every line of the table has its folder, with files in it', () => {
  const empty = Object.keys(folders).filter((folder) => {
    const place = join(root, placeOf(folder));
    return !existsSync(place) || !readdirSync(place, { recursive: true }).some((name) => String(name).endsWith('.ts'));
  });
  expect(empty).toEqual([]);
});
