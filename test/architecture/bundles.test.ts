// The guard over the bundles still bites: each thing that it is for is planted in what a build tells of itself.
import type { Metafile } from 'esbuild';
import { expect, test } from 'vitest';
import { type Bundle, problemsOf } from '../../tools/bundles.mjs';

const program: Bundle = {
  entry: 'src/main.ts',
  kind: 'modules',
  budget: 1_000_000,
  refused: ['driver'],
  parts: { 'main/files.mjs': { entry: 'src/files.ts', budget: 500_000, refused: ['driver'] } },
};

interface Planted {
  readonly kB: number;
  readonly entryPoint?: string;
  readonly holds?: readonly string[];
  readonly imports?: readonly string[];
  readonly loadsLate?: readonly string[];
}

function metafileOf(planted: Readonly<Record<string, Planted>>): Metafile {
  const outputs: Metafile['outputs'] = {};
  for (const [file, { kB, entryPoint, holds = [], imports = [], loadsLate = [] }] of Object.entries(planted))
    outputs[file] = {
      bytes: kB * 1000,
      exports: [],
      ...(entryPoint !== undefined && { entryPoint }),
      inputs: Object.fromEntries(holds.map((input) => [input, { bytesInOutput: 1 }])),
      imports: [
        ...imports.map((path) => ({ path, kind: 'import-statement' as const })),
        ...loadsLate.map((path) => ({ path, kind: 'dynamic-import' as const })),
      ],
    };
  return { inputs: {}, outputs };
}

const core: Planted = { kB: 600, entryPoint: 'src/main.ts', imports: ['shared'], loadsLate: ['files'] };
const files: Planted = { kB: 400, entryPoint: 'src/files.ts', imports: ['shared'] };
const shared: Planted = { kB: 300 };
const problems = (outputs: Readonly<Record<string, Planted>>): string[] =>
  problemsOf('main.mjs', program, metafileOf({ core, files, shared, ...outputs })).problems;

test('a chunk that the core has loaded already does not count for a part', () => {
  const { said } = problemsOf('main.mjs', program, metafileOf({ core, files, shared }));
  expect(problems({})).toEqual([]);
  expect(said).toHaveLength(2);
});

test('the core and the chunks loaded with it have one budget', () => {
  expect(problems({ shared: { kB: 420 } })).toEqual(['main.mjs is over its budget: 1.02 of 1.0 MB']);
});

test('a part has a budget of its own, with the chunks that only parts share', () => {
  const more = { ...files, imports: ['shared', 'codec'] };
  expect(problems({ files: more, codec: { kB: 100 } })).toEqual([]);
  expect(problems({ files: more, codec: { kB: 110 } })).toEqual(['main/files.mjs is over its budget: 0.51 of 0.5 MB']);
});

test('a refused package is named with the file of it that got in, in the core and in a part', () => {
  const holds = ['node_modules/driver/index.js'];
  expect(problems({ shared: { ...shared, holds } })).toEqual([
    'main.mjs must not hold driver, and has node_modules/driver/index.js',
  ]);
  expect(problems({ files: { ...files, holds } })).toEqual([
    'main/files.mjs must not hold driver, and has node_modules/driver/index.js',
  ]);
});

test('a part that an import statement pulls into the core is told', () => {
  expect(problems({ core: { ...core, imports: ['shared', 'files'] }, files: { ...files, kB: 100 } })).toEqual([
    'main/files.mjs is loaded with main.mjs at once: something there imports src/files.ts by an import statement',
  ]);
});

test('a file that is loaded late and has no line is told', () => {
  expect(problems({ codec: { kB: 1, entryPoint: 'src/codec.ts' } })).toEqual([
    'main.mjs loads src/codec.ts late, which has no line in tools/bundles.mjs',
  ]);
});
