// The sources of the product, read and parsed once: what bench/house measures and what test/architecture holds.
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** The repository. */
const root = path.resolve(import.meta.dirname, '../..');

/**
 * A file by its path from the repository, with `/`.
 * @typedef {{ readonly file: string; readonly text: string; readonly tree: ts.SourceFile }} Source
 */

/** @param {string} text @param {string} file @returns {Source} */
export const parsed = (text, file) => ({
  file,
  text,
  tree: ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true),
});

/**
 * Every TypeScript file under these folders, but the kernel's, which are AssemblyScript, and declarations of others' modules.
 * @param {string[]} folders
 * @returns {Source[]}
 */
export function sourcesIn(folders, top = root) {
  return folders
    .flatMap((folder) =>
      fs
        .readdirSync(path.join(top, folder), { recursive: true, encoding: 'utf8' })
        .map((name) => path.posix.join(folder, name.replaceAll('\\', '/'))),
    )
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.includes('/kernel/assembly/'))
    .sort()
    .map((file) => parsed(fs.readFileSync(path.join(top, file), 'utf8'), file));
}

/**
 * The file of the repository that an import names; null for a package and for what is no TypeScript.
 * @param {string} from @param {string} specifier
 */
export const importedFile = (from, specifier) =>
  specifier.startsWith('.') && specifier.endsWith('.ts') ? path.posix.join(path.posix.dirname(from), specifier) : null;

/**
 * An import, a re-export, `import()` or `import('…').Type`. `names` is null where it may be any name of that file; `isType`
 * where nothing of it is left at run time.
 * @typedef {{ readonly specifier: string; readonly names: readonly string[] | null; readonly isType: boolean }} Import
 */

/** @param {Source} source @returns {Import[]} */
export function importsOf({ tree }) {
  /** @type {Import[]} */
  const found = [];
  /** @param {ts.Node} node */
  const look = (node) => {
    const one = importAt(node);
    if (one) found.push(one);
    ts.forEachChild(node, look);
  };
  look(tree);
  return found;
}

/** @param {ts.Node} node @returns {Import | null} */
function importAt(node) {
  if (ts.isImportDeclaration(node)) return importOf(node);
  if (ts.isExportDeclaration(node)) return reExportOf(node);
  if (ts.isImportTypeNode(node)) return typeImportOf(node);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments;
    return argument && ts.isStringLiteral(argument) ? { specifier: argument.text, names: null, isType: false } : null;
  }
  return null;
}

/** @param {ts.ImportDeclaration} node @returns {Import | null} */
function importOf({ moduleSpecifier, importClause: clause }) {
  if (!ts.isStringLiteral(moduleSpecifier)) return null;
  const specifier = moduleSpecifier.text;
  if (!clause) return { specifier, names: [], isType: false };
  const isType = clause.phaseModifier === ts.SyntaxKind.TypeKeyword;
  const bindings = clause.namedBindings;
  if (!bindings || !ts.isNamedImports(bindings)) return { specifier, names: null, isType };
  return { specifier, ...namesOf(bindings.elements, isType) };
}

/** @param {ts.ExportDeclaration} node @returns {Import | null} */
function reExportOf({ moduleSpecifier, exportClause, isTypeOnly }) {
  if (!moduleSpecifier || !ts.isStringLiteral(moduleSpecifier)) return null;
  const specifier = moduleSpecifier.text;
  if (!exportClause || !ts.isNamedExports(exportClause)) return { specifier, names: null, isType: isTypeOnly };
  return { specifier, ...namesOf(exportClause.elements, isTypeOnly) };
}

/** @param {ts.ImportTypeNode} node @returns {Import | null} */
function typeImportOf({ argument, qualifier }) {
  if (!ts.isLiteralTypeNode(argument) || !ts.isStringLiteral(argument.literal)) return null;
  const names = qualifier && ts.isIdentifier(qualifier) ? [qualifier.text] : null;
  return { specifier: argument.literal.text, names, isType: true };
}

/** @param {Iterable<ts.ImportSpecifier | ts.ExportSpecifier>} elements @param {boolean} isType */
function namesOf(elements, isType) {
  const all = [...elements];
  return {
    names: all.map(({ name, propertyName }) => (propertyName ?? name).text),
    isType: isType || (all.length > 0 && all.every(({ isTypeOnly }) => isTypeOnly)),
  };
}
