// Builds the six bundles into dist/ and the suites that run inside VS Code into dist-test/; a bundle that outgrows its
// budget, or holds a package that it must not, fails the build. `--dev` gives source maps and readable code.
import fs from 'node:fs';
import path from 'node:path';
import { build as bundle } from 'esbuild';

const root = import.meta.dirname;
const MB = 1_000_000;

/**
 * @typedef {object} Bundle
 * @property {string} entry
 * @property {'node' | 'web' | 'trainer'} kind
 * @property {number} budget The most bytes the .js file may have.
 * @property {string[]} refused Packages that must not get in.
 */

/** @type {Record<string, Bundle>} */
const BUNDLES = {
  'extension.js': {
    entry: 'src/extension/main.ts',
    kind: 'node',
    budget: 0.5 * MB,
    refused: ['@tensorflow/', 'mysql2'],
  },
  'languageClient.js': {
    entry: 'src/extension/sql/languageClient.ts',
    kind: 'node',
    budget: 0.6 * MB,
    refused: ['@tensorflow/', 'mysql2'],
  },
  'server.js': { entry: 'src/server/main.ts', kind: 'node', budget: 0.8 * MB, refused: ['@tensorflow/', 'mysql2'] },
  'engine.js': { entry: 'src/engine/main.ts', kind: 'node', budget: 1.5 * MB, refused: ['@tensorflow/'] },
  'cli.js': { entry: 'src/cli/main.ts', kind: 'node', budget: 1.5 * MB, refused: ['vscode-languageserver/'] },
  'webview.js': { entry: 'webview/main.ts', kind: 'web', budget: 0.6 * MB, refused: ['@tensorflow/', 'mysql2'] },
  'trainer.js': { entry: 'src/train/main.ts', kind: 'trainer', budget: 1.6 * MB, refused: ['mysql2'] },
};

/**
 * tfjs has one way for Node and one for browsers, chosen at run time; the trainer is one file for both, so the Node way
 * gets the little it asks of `util` from what both have.
 * @type {import('esbuild').Plugin}
 */
const utilForBothHosts = {
  name: 'util-for-both-hosts',
  setup(build) {
    build.onResolve({ filter: /^util$/ }, () => ({ path: 'util', namespace: 'both-hosts' }));
    build.onLoad({ filter: /.*/, namespace: 'both-hosts' }, () => ({
      contents: `
        exports.TextEncoder = globalThis.TextEncoder;
        exports.TextDecoder = globalThis.TextDecoder;
        exports.types = {
          isFloat32Array: (value) => value instanceof Float32Array,
          isInt32Array: (value) => value instanceof Int32Array,
          isUint8Array: (value) => value instanceof Uint8Array,
          isUint8ClampedArray: (value) => value instanceof Uint8ClampedArray,
        };`,
    }));
  },
};

/** @type {(dev: boolean) => Record<Bundle['kind'], import('esbuild').BuildOptions>} */
export const optionsOf = (dev) => {
  const common = {
    bundle: true,
    minify: !dev,
    sourcemap: dev,
    metafile: true,
    logLevel: /** @type {const} */ ('warning'),
  };
  const web = {
    ...common,
    platform: /** @type {const} */ ('browser'),
    format: /** @type {const} */ ('iife'),
    target: 'es2023',
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.wasm': /** @type {const} */ ('binary') },
  };
  return {
    node: {
      ...common,
      platform: 'node',
      format: 'cjs',
      target: 'node22',
      // jsonc-parser's main file loads its parts in a way that cannot be bundled; its module can.
      mainFields: ['module', 'main'],
      define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
      external: ['vscode'],
    },
    web,
    trainer: { ...web, plugins: [utilForBothHosts] },
  };
};

/**
 * Builds what has an entry, and returns what is wrong with the bundles.
 * @param {{ dev?: boolean }} [options]
 * @returns {Promise<string[]>}
 */
export async function build({ dev = false } = {}) {
  const options = optionsOf(dev);
  const wanted = Object.entries(BUNDLES).filter(([name, { entry }]) => {
    const there = fs.existsSync(path.join(root, entry));
    if (!there) console.error(`${name}: skipped, there is no ${entry}`);
    return there;
  });
  markAsCommonJs('dist');
  const problems = await Promise.all(
    wanted.map(async ([name, one]) => {
      const result = await bundle({
        ...options[one.kind],
        absWorkingDir: root,
        entryPoints: [one.entry],
        outfile: `dist/${name}`,
      });
      return dev || result.metafile === undefined ? [] : problemsOf(name, one, result.metafile);
    }),
  );
  return problems.flat();
}

/**
 * @param {string} name
 * @param {Bundle} one
 * @param {import('esbuild').Metafile} metafile
 */
function problemsOf(name, { budget, refused }, metafile) {
  const bytes = metafile.outputs[`dist/${name}`]?.bytes ?? Number.POSITIVE_INFINITY;
  const share = `${(bytes / MB).toFixed(2)} of ${(budget / MB).toFixed(1)} MB`;
  console.error(`${name}: ${share}`);
  const problems = bytes > budget ? [`${name} is over its budget: ${share}`] : [];
  for (const input of Object.keys(metafile.inputs)) {
    const found = refused.find((one) => input.includes(`node_modules/${one}`));
    if (found !== undefined) problems.push(`${name} must not hold ${found}, and has ${input}`);
  }
  return problems;
}

/** Bundles test/vscode: VS Code and Mocha stay outside, as they are there at run time. */
export async function buildSuites() {
  const folder = path.join(root, 'test/vscode');
  markAsCommonJs('dist-test');
  await bundle({
    ...optionsOf(true).node,
    absWorkingDir: root,
    sourcemap: 'inline',
    entryPoints: fs
      .readdirSync(folder)
      .filter((name) => name === 'index.ts' || name.endsWith('.test.ts'))
      .map((name) => `test/vscode/${name}`),
    outdir: 'dist-test/vscode',
    external: ['vscode', 'mocha'],
  });
}

/**
 * Our sources are modules and the bundles are not: VS Code and Node are told so by the nearest package.json.
 * @param {string} folder
 */
function markAsCommonJs(folder) {
  fs.mkdirSync(path.join(root, folder), { recursive: true });
  fs.writeFileSync(path.join(root, folder, 'package.json'), '{ "type": "commonjs" }\n');
}

if (process.argv[1] === import.meta.filename) {
  const dev = process.argv.includes('--dev');
  const problems = await build({ dev });
  if (fs.existsSync(path.join(root, 'test/vscode'))) await buildSuites();
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
