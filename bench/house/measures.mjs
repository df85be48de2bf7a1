// The measures of a tree of sources, by its syntax: sizes, circles, casts, comments. What they are is said where they are taken.
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { exportsOf } from './exports.mjs';
import { importedFile, importsOf, sourcesIn } from './sources.mjs';

/** @typedef {import('./sources.mjs').Source} Source */
/** @typedef {import('./exports.mjs').Export} Export */

/** @param {string} text */
const linesOf = (text) => text.split('\n').length - (text.endsWith('\n') ? 1 : 0);

/** @param {number[]} values @param {number} share */
const quantile = (values, share) => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
};

/** @param {string} file */
const folderOf = (file) => path.posix.dirname(file);

/** `src/app/tree/nodes.ts` lies in `app`, a file of the page in `webview`. @param {string} file */
const topOf = (file) => (file.startsWith('src/') ? (file.split('/')[1] ?? '') : (file.split('/')[0] ?? ''));

/** The most files that lie side by side in one folder. @param {readonly Source[]} sources */
function largestFolder(sources) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { file } of sources) counts.set(folderOf(file), (counts.get(folderOf(file)) ?? 0) + 1);
  const [folder = '', files = 0] = [...counts].toSorted(([, a], [, b]) => b - a)[0] ?? [];
  return { folder, files };
}

/**
 * Groups of files that reach each other by imports that are there at run time, by Tarjan's algorithm (1972); groups of one are
 * left out.
 * @param {ReadonlyMap<string, readonly string[]>} edges
 */
export function circlesOf(edges) {
  /** @type {Map<string, { order: number; low: number; open: boolean }>} */
  const seen = new Map();
  /** @type {string[]} */
  const stack = [];
  /** @type {string[][]} */
  const circles = [];
  /** @param {string} file @returns {{ order: number; low: number; open: boolean }} */
  const visit = (file) => {
    const own = { order: seen.size, low: seen.size, open: true };
    seen.set(file, own);
    stack.push(file);
    for (const to of edges.get(file) ?? []) {
      const known = seen.get(to);
      if (!known) own.low = Math.min(own.low, visit(to).low);
      else if (known.open) own.low = Math.min(own.low, known.order);
    }
    if (own.low < own.order) return own;
    const circle = stack.splice(stack.indexOf(file));
    for (const one of circle) {
      const state = seen.get(one);
      if (state) state.open = false;
    }
    if (circle.length > 1) circles.push(circle);
    return own;
  };
  for (const file of edges.keys()) if (!seen.has(file)) visit(file);
  return circles;
}

/** @param {readonly Source[]} sources */
function edgesOf(sources) {
  const files = new Set(sources.map(({ file }) => file));
  return new Map(
    sources.map((source) => [
      source.file,
      importsOf(source)
        .filter(({ isType }) => !isType)
        .flatMap(({ specifier }) => importedFile(source.file, specifier) ?? [])
        .filter((to) => files.has(to)),
    ]),
  );
}

/** `any`, casts but `as const`, and of those `as unknown as`. @param {Source} source */
function wordsOf({ tree }) {
  const found = { any: 0, casts: 0, double: 0 };
  /** @param {ts.Node} node */
  const look = (node) => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) found.any += 1;
    if (ts.isAsExpression(node) && node.type.getText(tree) !== 'const') {
      found.casts += 1;
      if (ts.isAsExpression(node.expression)) found.double += 1;
    }
    ts.forEachChild(node, look);
  };
  look(tree);
  return found;
}

const switchOff = /(?:ox|es)lint-disable|biome-ignore|@ts-(?:ignore|expect-error|nocheck)/g;
const toDo = /(?:\/\/|\*).*\b(?:TODO|FIXME|HACK|XXX)\b/g;

/** @param {readonly Source[]} sources @param {RegExp} pattern */
const timesIn = (sources, pattern) => sources.reduce((sum, { text }) => sum + [...text.matchAll(pattern)].length, 0);

/** Of the exports that are chosen, how many there are and how many say what they are for. @param {readonly Export[]} exports */
const documented = (exports) => ({
  of: exports.length,
  are: exports.filter(({ isDocumented }) => isDocumented).length,
});

/** @param {readonly Export[]} exports */
function docComments(exports) {
  const elsewhere = exports.filter(({ usedIn }) => usedIn.length > 0);
  /** @param {Export['kind']} kind */
  const ofKind = (kind) => documented(elsewhere.filter((one) => one.kind === kind));
  return {
    all: documented(exports),
    elsewhere: documented(elsewhere),
    acrossTops: documented(
      elsewhere.filter(({ file, usedIn }) => usedIn.some((user) => topOf(`${user}/x`) !== topOf(file))),
    ),
    functions: ofKind('function or class'),
    constants: ofKind('constant'),
    types: ofKind('type'),
  };
}

/** Those whose test files are measured: helpers count as well, recordings do not. @param {string} top */
const testsIn = (top) => (fs.existsSync(path.join(top, 'test')) ? sourcesIn(['test'], top) : []);

/**
 * Everything that is measured of a tree with `src`, `webview` and `test`.
 * @param {string} top
 */
export function measured(top) {
  const sources = sourcesIn(['src', 'webview'], top);
  const sizes = sources.map(({ text }) => linesOf(text));
  const lines = sizes.reduce((sum, size) => sum + size, 0);
  const words = sources.map(wordsOf);
  /** @param {'any' | 'casts' | 'double'} word */
  const sumOf = (word) => words.reduce((sum, one) => sum + one[word], 0);
  const circles = circlesOf(edgesOf(sources));
  const editor = sources.filter((source) => importsOf(source).some(({ specifier }) => specifier === 'vscode'));
  const tests = testsIn(top).map(({ text }) => linesOf(text));
  return {
    files: sources.length,
    lines,
    median: quantile(sizes, 0.5),
    p90: quantile(sizes, 0.9),
    most: Math.max(...sizes),
    folder: largestFolder(sources),
    inCircles: circles.flat().length,
    largestCircle: Math.max(0, ...circles.map(({ length }) => length)),
    editor: editor.length,
    editorAsValue: editor.filter((source) =>
      importsOf(source).some(({ specifier, isType }) => specifier === 'vscode' && !isType),
    ).length,
    editorFolders: [...new Set(editor.map(({ file }) => topOf(file)))],
    any: (1000 * sumOf('any')) / lines,
    casts: (1000 * sumOf('casts')) / lines,
    double: sumOf('double'),
    switchOffs: timesIn(sources, switchOff),
    toDos: timesIn(sources, toDo),
    docs: docComments(exportsOf(sources)),
    opened: sources.filter(({ text }) => /^(?:#!.*\n)?\/[/*]/.test(text)).length,
    tests: {
      median: quantile(tests, 0.5),
      most: Math.max(0, ...tests),
      long: tests.filter((size) => size > 600).length,
    },
  };
}
