import { describe, expect, test } from 'vitest';
import { tokenize, tokenValue } from '../../src/git4data/lexer.ts';
import { seededRandom } from './words.ts';

const shown = (text: string): string =>
  tokenize(text)
    .map((token) => `${token.kind}:${token.text}`)
    .join(' ');

describe('tokens', () => {
  const cases: readonly [string, string][] = [
    ['SELECT a.b', 'word:SELECT word:a symbol:. word:b'],
    ['`a``b`', 'quotedName:`a``b`'],
    ["'it''s' \"x\\\"y\"", `string:'it''s' string:"x\\"y"`],
    ['a -- c\nb', 'word:a comment:-- c word:b'],
    ['5--1', 'number:5 symbol:- symbol:- number:1'],
    ['a # c', 'word:a comment:# c'],
    ["a // c'\nb", "word:a comment:// c' word:b"],
    ['/* x ; */ a', 'comment:/* x ; */ word:a'],
    ["0x1F b'01' X'aB' 1e5 .5 1.", "bytes:0x1F bytes:b'01' bytes:X'aB' number:1e5 number:.5 number:1."],
    ['1abc t.5x', 'word:1abc word:t symbol:. word:5x'],
    ['t.1', 'word:t symbol:. number:1'],
    ['a<=>b a->>b', 'word:a symbol:<=> word:b word:a symbol:->> word:b'],
    ['@x @@global.y ?', 'variable:@x variable:@@global.y symbol:?'],
    ["{SNAPSHOT='s'}", "symbol:{ word:SNAPSHOT symbol:= string:'s' symbol:}"],
    ["'open", "string:'open"],
    ['/* open', 'comment:/* open'],
    ['schnäp', 'word:schnäp'],
  ];
  test.each(cases)('%s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });
});

test.each([
  ["'it''s'", "it's"],
  ['"say ""x"""', 'say "x"'],
  ["'a\\nb\\'c'", "a\nb'c"],
  ["'50\\%'", '50\\%'],
  ["'a\\\\'", 'a\\'],
  ['`a``b`', 'a`b'],
  ["'open", 'open'],
])('the value of %s', (text, value) => {
  const [token] = tokenize(text);
  expect(token && tokenValue(token)).toBe(value);
});

test('any text is cut without a gap and in order', () => {
  const random = seededRandom(11);
  const pieces = [
    "'",
    '"',
    '`',
    '--',
    '-- ',
    '#',
    '/*',
    '*/',
    ';',
    'a',
    '1',
    '.',
    ' ',
    '\n',
    '{',
    '}',
    '\\',
    'é',
    '@',
    '0x',
    "x'",
  ];
  for (let round = 0; round < 3000; round++) {
    let text = '';
    for (let i = random(12); i >= 0; i--) text += pieces[random(pieces.length)] ?? '';
    let at = 0;
    for (const token of tokenize(text)) {
      expect(text.slice(at, token.start).trim()).toBe('');
      expect(token.text).toBe(text.slice(token.start, token.end));
      expect(token.end).toBeGreaterThan(token.start);
      at = token.end;
    }
    expect(text.slice(at).trim()).toBe('');
  }
});
