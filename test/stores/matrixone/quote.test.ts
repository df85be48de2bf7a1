// Quoting: whatever a name or a value holds, the server reads it back as it is, and nothing of it as SQL.
import { expect, test } from 'vitest';
import { type Random, seededRandom } from '../../../src/base/random.ts';
import type { Value } from '../../../src/data/value.ts';
import { tokenize, tokenValue } from '../../../src/git4data/lexer.ts';
import { checkSqlMode, interpolate, literalOf, quoteName } from '../../../src/stores/matrixone/wire/quote.ts';

const nasty = [
  "'",
  '"',
  '`',
  '\\',
  '\0',
  '\x1a',
  '\n',
  '\r',
  '\t',
  '%',
  '_',
  '🎉',
  '日',
  'é',
  '--',
  ' ',
  '/*',
  '*/',
  ';',
  '?',
  'a',
  '0',
];

const textFrom = (random: Random): string =>
  Array.from({ length: random.below(12) }, () => nasty[random.below(nasty.length)]).join('');

test('any text is one token that stands for it', () => {
  const random = seededRandom('quote text');
  for (let i = 0; i < 5000; i++) {
    const text = textFrom(random);
    const tokens = tokenize(`${literalOf(text)} `);
    expect(tokens).toHaveLength(1);
    expect(tokens[0]).toMatchObject({ kind: 'string', closed: true });
    // The lexer keeps the backslash of \% and \_ for LIKE; neither is written here.
    expect(tokens.map(tokenValue)).toEqual([text]);
  }
});

test('any name is one token that stands for it', () => {
  const random = seededRandom('quote names');
  for (let i = 0; i < 5000; i++) {
    const name = `${textFrom(random).replaceAll('\0', '')}x`;
    const tokens = tokenize(`${quoteName(name)} `);
    expect(tokens).toHaveLength(1);
    expect(tokens.map(tokenValue)).toEqual([name]);
  }
  for (const name of ['a\0b', '\ud800']) expect(() => quoteName(name)).toThrow(/not supported/);
  expect(() => quoteName('')).toThrow(/invariant/);
});

test.each<[Value, string]>([
  [null, 'NULL'],
  [0, '0'],
  [-0, '0'],
  [-1.5, '-1.5'],
  [1e300, '1e+300'],
  [2n ** 64n, '18446744073709551616'],
  [new Uint8Array([0, 255]), "X'00ff'"],
  [new Uint8Array(), "X''"],
])('%s', (value, literal) => {
  expect(literalOf(value)).toBe(literal);
});

test.each([Number.NaN, Infinity, -Infinity, '\udc00'])('%s is refused', (value) => {
  expect(() => literalOf(value)).toThrow(/does not fit/);
});

test('placeholders are filled outside of quotes and comments, and nothing else is touched', () => {
  expect(interpolate("SELECT '?', `?`, ? /* ? */ FROM t -- ?\nWHERE a -? = ?", ['?', -1, null])).toBe(
    "SELECT '?', `?`, '?' /* ? */ FROM t -- ?\nWHERE a - -1 = NULL",
  );
  expect(() => interpolate('SELECT ?', [])).toThrow(/invariant/);
  expect(() => interpolate('SELECT ?', [1, 2])).toThrow(/invariant/);
});

test('a session that reads backslashes as they are is refused, others are not', () => {
  expect(() => checkSqlMode('here', 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES')).toThrow(/NO_BACKSLASH_ESCAPES/);
  expect(() => checkSqlMode('here', 'ANSI_QUOTES,STRICT_TRANS_TABLES')).not.toThrow();
});
