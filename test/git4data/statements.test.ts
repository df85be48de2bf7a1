import { expect, test } from 'vitest';
import { effectOf } from '../../src/git4data/ast.ts';
import { parseText } from '../../src/git4data/parser.ts';
import { type DocumentedKind, statements } from '../../src/git4data/statements.ts';

const kinds = Object.keys(statements) as DocumentedKind[];

test.each(kinds)('%s: the example and the snippet are statements of that kind, and write as the table says', (kind) => {
  const doc = statements[kind];
  const plain = (doc.snippet ?? doc.example).replace(/\$\{\d+[:|]([^,|}]*)[^}]*\}/g, '$1');
  for (const text of [doc.example, plain]) {
    const [parsed] = parseText(text);
    expect(parsed?.problems, text).toEqual([]);
    expect(parsed?.statement.kind, text).toBe(kind);
    expect(parsed && effectOf(parsed.statement) !== 'read', text).toBe(doc.writes);
  }
});
