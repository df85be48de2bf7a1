// Who may import whom, said once. test/architecture plants violations and sees them refused, and sees to it that every
// folder has its line here and every line its folder.

/**
 * For each folder of src/, and for webview/, the folders that its files may import.
 * @type {Record<string, string[]>}
 */
export const folders = {
  base: [],
  data: ['base'],
  git4data: ['base'],
  train: ['base', 'data'],
  protocol: ['base', 'data', 'git4data'],
  stores: ['base', 'data', 'git4data', 'protocol'],
  files: ['base', 'data'],
  engine: ['base', 'data', 'git4data', 'protocol', 'stores', 'files'],
  app: ['base', 'data', 'git4data', 'protocol'],
  server: ['base', 'git4data', 'protocol'],
  cli: ['base', 'data', 'git4data', 'train', 'protocol', 'stores', 'files', 'engine', 'app'],
  extension: ['base', 'data', 'git4data', 'protocol', 'app'],
  webview: ['base', 'data', 'train', 'protocol'],
};

/**
 * Files that wire a folder to others, and may therefore import more than the rest of it.
 * @type {Record<string, string[]>}
 */
export const exceptions = {
  'src/train/main.ts': ['protocol'],
};

/**
 * Each npm package that product code may import, with its one home.
 * @type {Record<string, string>}
 */
export const homes = {
  vscode: 'src/extension/',
  'vscode-languageclient': 'src/extension/',
  'vscode-languageserver': 'src/server/',
  'vscode-languageserver-textdocument': 'src/server/',
  'jsonc-parser': 'src/app/',
  mysql2: 'src/stores/matrixone/',
  'csv-parse': 'src/files/',
  hyparquet: 'src/files/',
  'hyparquet-writer': 'src/files/',
  '@tensorflow/[^/]+': 'src/train/',
  assemblyscript: 'src/train/kernel/',
  '@vscode/webview-ui-toolkit': 'webview/ui/toolkit.ts$',
  'lit-html': 'webview/',
  'd3-scale': 'webview/',
  'd3-shape': 'webview/',
};

/** Where Node's built-in modules may be imported; everything else must run in a browser as well. */
export const nodeFiles = '^src/(stores|files|engine|cli|server|extension)/|^src/train/main[.]ts$';

/** @param {string} folder */
const placeOf = (folder) => (folder === 'webview' ? 'webview/' : `src/${folder}/`);

/** A package by its path on disk, or by its name where only its types are there. @param {string} name */
const packageNamed = (name) => `(^|node_modules/(@types/)?)${name}(/|$)`;

const product = '^(src|webview)/';
const allPlaces = Object.keys(folders).map(placeOf);

/** @param {string[]} allowed @param {string} own */
const others = (allowed, own) => ({
  path: product,
  pathNot: `^(${[own, ...allowed.map(placeOf)].join('|')})`,
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(folders).map(([folder, allowed]) => ({
      name: `${folder}-imports`,
      severity: /** @type {const} */ ('error'),
      from: { path: `^${placeOf(folder)}`, pathNot: Object.keys(exceptions).map((file) => `^${file}$`) },
      to: others(allowed, placeOf(folder)),
    })),
    ...Object.entries(exceptions).map(([file, more]) => {
      const folder = file.split('/')[1] ?? '';
      return {
        name: `${file}-imports`,
        severity: /** @type {const} */ ('error'),
        from: { path: `^${file}$` },
        to: others([...(folders[folder] ?? []), ...more], placeOf(folder)),
      };
    }),
    ...Object.entries(homes).map(([name, home]) => ({
      name: `home-of-${name}`,
      severity: /** @type {const} */ ('error'),
      from: { path: product, pathNot: `^${home}` },
      to: { path: packageNamed(name) },
    })),
    {
      name: 'package-without-home',
      severity: 'error',
      from: { path: product },
      to: { path: 'node_modules/', pathNot: Object.keys(homes).map(packageNamed) },
    },
    {
      name: 'file-without-line',
      comment: 'a file outside every folder of the table would be bound by no rule',
      severity: 'error',
      from: { path: product, pathNot: `^(${allPlaces.join('|')})` },
      to: {},
    },
    {
      name: 'node-built-ins',
      severity: 'error',
      from: { path: product, pathNot: nodeFiles },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'stores-apart',
      comment: 'two backends share what lies beside their folders, never each other',
      severity: 'error',
      from: { path: '^src/stores/([^/]+)/' },
      to: { path: '^src/stores/[^/]+/', pathNot: '^src/stores/$1/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'product-imports-tests',
      severity: 'error',
      from: { path: product },
      to: { path: '^(test|bench|tools|scripts)/' },
    },
    {
      name: 'not-found',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/train/kernel/assembly/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
