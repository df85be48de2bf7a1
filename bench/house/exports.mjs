// The exports of the product: which have a doc comment, and which are used outside the folder they lie in.
import path from 'node:path';
import ts from 'typescript';
import { importedFile, importsOf } from './sources.mjs';

/** @typedef {import('./sources.mjs').Source} Source */

/**
 * `usedIn` are the folders, other than its own, whose files import it.
 * @typedef {{
 *   readonly file: string;
 *   readonly name: string;
 *   readonly line: number;
 *   readonly kind: 'function or class' | 'constant' | 'type';
 *   readonly isDocumented: boolean;
 *   readonly usedIn: readonly string[];
 * }} Export
 */

/**
 * @param {readonly Source[]} sources
 * @returns {Export[]}
 */
export function exportsOf(sources) {
  const users = usersOf(sources);
  return sources.flatMap((source) =>
    declarationsOf(source).map((one) => ({
      file: source.file,
      ...one,
      usedIn: [...(users.get(`${source.file}#${one.name}`) ?? []), ...(users.get(`${source.file}#*`) ?? [])],
    })),
  );
}

/** @param {string} file */
const folderOf = (file) => path.posix.dirname(file);

/** @param {readonly Source[]} sources */
function usersOf(sources) {
  /** @type {Map<string, Set<string>>} */
  const users = new Map();
  for (const source of sources) {
    for (const { specifier, names } of importsOf(source)) {
      const file = importedFile(source.file, specifier);
      if (file === null || folderOf(file) === folderOf(source.file)) continue;
      for (const name of names ?? ['*']) {
        const key = `${file}#${name}`;
        users.set(key, (users.get(key) ?? new Set()).add(folderOf(source.file)));
      }
    }
  }
  return users;
}

/** @param {Source} source */
function declarationsOf({ tree }) {
  return tree.statements.flatMap((statement) => {
    if (!ts.canHaveModifiers(statement)) return [];
    if (!ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    const about = { line: lineOf(tree, statement), isDocumented: hasDocComment(tree, statement) };
    return namesAndKind(statement).map((one) => ({ ...one, ...about }));
  });
}

/** @param {ts.Statement} statement @returns {{ name: string; kind: Export['kind'] }[]} */
function namesAndKind(statement) {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name, initializer }) => ({
      name: name.getText(),
      kind: initializer && isFunction(initializer) ? 'function or class' : 'constant',
    }));
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement))
    return [{ name: statement.name?.text ?? 'default', kind: 'function or class' }];
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
    return [{ name: statement.name.text, kind: 'type' }];
  return [];
}

/** @param {ts.Expression} value */
const isFunction = (value) => ts.isArrowFunction(value) || ts.isFunctionExpression(value);

/** @param {ts.SourceFile} tree @param {ts.Statement} statement */
const lineOf = (tree, statement) => tree.getLineAndCharacterOfPosition(statement.getStart(tree)).line + 1;

/**
 * The sentence that opens a file is about the file: it counts for a declaration only where it stands right above it.
 * @param {ts.SourceFile} tree @param {ts.Statement} statement
 */
function hasDocComment(tree, statement) {
  const [last] = ts.getJSDocCommentsAndTags(statement).filter(ts.isJSDoc).slice(-1);
  if (last === undefined) return false;
  const between = tree.text.slice(last.getEnd(), statement.getStart(tree));
  return last.pos > 0 || !/\n\s*\n/.test(between);
}
