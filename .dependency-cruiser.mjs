// Who may import whom, said once. test/architecture plants violations and sees them refused, and sees to it that every
// folder has its line here and every line its folder.

/**
 * For each folder of src/, and for webview/, the folders that its files may import.
 * @type {Record<string, string[]>}
 */
export const folders = {
  base: [],
  data: ['base'],
  words: ['base', 'data'],
  git4data: ['base', 'data', 'words'],
  judge: ['base', 'data'],
  train: ['base', 'data', 'words', 'judge'],
  protocol: ['base', 'data', 'git4data'],
  host: ['base'],
  stores: ['base', 'data', 'git4data', 'protocol'],
  files: ['base', 'data'],
  engine: ['base', 'data', 'git4data', 'protocol', 'stores', 'files'],
  outside: ['base', 'data', 'files', 'train', 'host'],
  app: ['base', 'data', 'words', 'judge', 'git4data', 'protocol'],
  server: ['base', 'data', 'git4data', 'protocol', 'stores'],
  cli: [
    'base',
    'data',
    'words',
    'git4data',
    'train',
    'protocol',
    'stores',
    'files',
    'engine',
    'app',
    'host',
    'outside',
  ],
  extension: ['base', 'data', 'words', 'git4data', 'protocol', 'app', 'host', 'outside'],
  webview: ['base', 'data', 'words', 'train', 'protocol'],
};

/**
 * The rooms of a folder that has some: for each, the rooms of the same folder that its files may import, where '.' is
 * what lies in the folder itself. What lies in the folder itself wires its rooms, and may import all of them.
 * @type {Record<string, Record<string, string[]>>}
 */
export const rooms = {
  base: {
    failures: ['.'],
  },
  engine: {
    rowCache: [],
  },
  data: {
    loading: ['.'],
    measuring: [],
    splitting: ['.'],
    predicting: [],
    stored: ['.'],
  },
  app: {
    config: ['.'],
    form: ['.', 'config'],
    sources: ['.', 'config', 'registry', 'versions'],
    bundle: ['.', 'config', 'registry', 'training'],
    registry: ['.', 'config'],
    versions: ['.', 'config', 'registry'],
    statements: ['.', 'registry', 'versions'],
    tree: ['.', 'config', 'versions'],
    training: ['.', 'config', 'registry', 'versions'],
    models: ['.', 'config', 'registry', 'training'],
    checks: ['.', 'config', 'models', 'registry', 'training', 'versions'],
    sample: ['.', 'models', 'registry', 'training', 'versions'],
  },
  outside: {
    consent: ['.'],
    jobs: ['.'],
    process: ['.', 'consent', 'jobs'],
  },
  judge: {
    statistics: [],
    leaks: [],
    rows: ['.'],
    facts: ['.', 'rows', 'statistics'],
    suspects: ['.', 'rows', 'facts', 'statistics'],
    reasons: ['.', 'rows', 'facts', 'statistics', 'suspects'],
  },
  train: {
    rows: [],
    kernel: ['rows'],
    encode: ['kernel'],
    measure: ['kernel'],
    models: ['rows', 'kernel', 'measure'],
    exporting: ['.', 'encode', 'models'],
    judging: ['.', 'rows', 'kernel', 'encode', 'measure', 'models'],
  },
  git4data: {
    branches: ['.'],
    condition: ['.'],
    query: ['.'],
    script: ['.'],
    service: ['.', 'branches', 'query', 'script'],
  },
  stores: {
    embedded: ['.'],
    matrixone: ['.'],
  },
  'stores/embedded': {
    sqlite: [],
    typed: [],
    dialect: ['typed'],
    types: ['sqlite'],
    versions: ['sqlite', 'types'],
    shape: ['sqlite', 'types', 'versions'],
    branches: ['sqlite', 'types', 'versions', 'shape'],
    file: ['sqlite', 'types', 'versions', 'shape', 'dialect'],
    statements: ['sqlite', 'types', 'versions', 'shape', 'branches', 'file', 'typed', 'dialect'],
  },
  'git4data/service': {
    checks: ['.'],
  },
  'stores/embedded/typed': {
    functions: ['.'],
  },
  'stores/matrixone': {
    failures: [],
    login: ['failures'],
    wire: ['failures', 'login'],
    tables: ['wire'],
    statements: ['wire', 'tables'],
    delta: ['wire', 'tables'],
    restore: ['wire', 'tables', 'delta'],
    load: ['wire', 'tables', 'restore'],
  },
  files: {
    bytes: [],
    types: [],
    csv: ['bytes', 'types'],
    parquet: ['bytes', 'types'],
    bundle: ['bytes'],
    formats: ['bytes', 'types'],
  },
  cli: {
    terminal: [],
    connection: ['terminal'],
    commands: ['terminal', 'connection'],
  },
  extension: {
    talk: [],
    connections: ['talk'],
    tree: ['talk', 'connections'],
    runs: ['talk', 'connections', 'sql'],
    panels: ['talk', 'connections', 'tree', 'runs'],
    checks: ['talk', 'connections', 'runs'],
    forms: ['talk', 'connections', 'tree', 'runs', 'panels'],
    sql: ['talk', 'connections', 'tree', 'panels'],
    commands: ['talk', 'connections', 'tree', 'runs', 'panels', 'checks', 'forms', 'sql'],
  },
  webview: {
    styles: [],
    ui: [],
    page: ['ui'],
    views: ['ui', 'page'],
    form: ['ui', 'page', 'views'],
  },
};

/**
 * Files that wire a folder to others, and may therefore import more than the rest of it.
 * @type {Record<string, string[]>}
 */
export const exceptions = {
  'src/train/main.ts': ['protocol'],
  'src/outside/main.ts': ['protocol'],
};

/**
 * Each npm package that product code may import, with its one home.
 * @type {Record<string, string>}
 */
export const homes = {
  vscode: 'src/extension/',
  '@vscode/l10n': 'src/base/say.ts$',
  'vscode-languageclient': 'src/extension/',
  'vscode-languageserver': 'src/server/',
  'vscode-languageserver-textdocument': 'src/server/',
  'jsonc-parser': 'src/app/',
  '@cfworker/json-schema': 'src/app/config/',
  '@noble/hashes': 'src/base/sha256.ts$',
  mysql2: 'src/stores/matrixone/',
  'csv-parse': 'src/files/',
  hyparquet: 'src/files/',
  'hyparquet-writer': 'src/files/',
  'hyparquet-compressors': 'src/files/',
  '@tensorflow/[^/]+': 'src/train/',
  assemblyscript: 'src/train/kernel/',
  '@vscode/webview-ui-toolkit': 'webview/ui/toolkit.ts$',
  'lit-html': 'webview/',
  'd3-scale': 'webview/',
  'd3-shape': 'webview/',
};

/** Where Node's built-in modules may be imported; everything else must run in a browser as well. */
export const nodeFiles = '^src/(stores|files|engine|outside|cli|server|extension|host)/|^src/train/main[.]ts$';

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

/** What lies in the folder itself, or in a room of it. @param {string} folder @param {string} room */
const inRoom = (folder, room) => (room === '.' ? `${placeOf(folder)}[^/]+$` : `${placeOf(folder)}${room}/`);

const roomRules = Object.entries(rooms).flatMap(([folder, byRoom]) =>
  Object.entries(byRoom).map(([room, allowed]) => ({
    name: `${folder}/${room}-imports`,
    severity: /** @type {const} */ ('error'),
    from: { path: `^${placeOf(folder)}${room}/` },
    to: {
      path: `^${placeOf(folder)}`,
      pathNot: `^(${[room, ...allowed].map((one) => inRoom(folder, one)).join('|')})`,
    },
  })),
);

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
    ...roomRules,
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
