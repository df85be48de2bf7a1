// What a backend can do is said by the backend: nobody asks which one it is, or whose SQL it runs.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { dialects } from '../../src/git4data/dialects.ts';
import { backends } from '../../src/engine/backends.ts';

const root = join(import.meta.dirname, '../..');
const kinds = new Set(backends.keys());
const named = new Set(Object.keys(dialects));
const comparisons = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
]);

/** Where a text compares something with the name of a backend, or a dialect with its name: the lines. */
function questionsIn(text: string): number[] {
  const file = ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest, true);
  const found: number[] = [];
  const isAsked = (literal: ts.Node, of: ts.Node | null): boolean =>
    ts.isStringLiteralLike(literal) &&
    (kinds.has(literal.text) || (named.has(literal.text) && /dialect$/i.test(of?.getText(file) ?? '')));
  const visit = (node: ts.Node): void => {
    const asks =
      (ts.isBinaryExpression(node) &&
        comparisons.has(node.operatorToken.kind) &&
        (isAsked(node.left, node.right) || isAsked(node.right, node.left))) ||
      (ts.isCaseClause(node) && isAsked(node.expression, node.parent.parent.expression));
    if (asks) found.push(file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** How a connection is written down is read by its kind. */
const allowed = new Map([['src/app/config/config.ts', 1]]);

test('a question is found in whatever form it is put', () => {
  const asked = [
    "if (facts.kind === 'matrixone') a();",
    "const b = 'embedded' !== place.kind;",
    "switch (kind) { case 'embedded': break; }",
    "if (facts.dialect === 'own') c();",
    "switch (dialect) { case 'none': break; }",
  ];
  for (const text of asked) expect(questionsIn(text), text).toEqual([1]);
  for (const text of ["const a = { kind: 'embedded' };", "if (mode === 'own') b();", "backends.get('matrixone');"])
    expect(questionsIn(text), text).toEqual([]);
});

test('no source but those of the stores asks which backend it is', () => {
  const files = globSync('{src,webview}/**/*.ts', { cwd: root }).map((file) => file.replaceAll('\\', '/'));
  const outside = files.filter((file) => !file.startsWith('src/stores/'));
  expect(outside.length).toBeGreaterThan(500);
  const found = outside.flatMap((file) => {
    const lines = questionsIn(readFileSync(join(root, file), 'utf8'));
    return lines.length === (allowed.get(file) ?? 0) ? [] : [`${file}:${lines.join(',')}`];
  });
  expect(found).toEqual([]);
});
