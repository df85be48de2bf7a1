/** What is shown cannot act: random texts of any characters through every way in which a text reaches a person. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { plain } from '../../src/app/tree/nodeText.ts';
import { Failure } from '../../src/base/failure.ts';
import { seededRandom } from '../../src/base/random.ts';
import { fenced, iconless, inlineCode, linkless, literal, visible, visibleLine } from '../../src/base/shown.ts';
import { sentenceOf } from '../../src/cli/terminal/failures.ts';
import { Output } from '../../src/cli/terminal/output.ts';
import { guardedText } from '../../src/files/formats/rowText.ts';
import { hover } from '../../src/git4data/service/hover.ts';
import { readDocument } from '../../src/git4data/service/document.ts';
import { emptyCatalog } from '../../src/git4data/catalog.ts';

const random = seededRandom('what is shown');
const pick = <T>(list: readonly T[]): T => list[Math.floor(random.fraction() * list.length)] as T;

const pieces = [
  '\u001b[31m',
  '\u001b]0;title\u0007',
  '\u001b]8;;https://x.test\u0007',
  '\u009b31m',
  '\u0090',
  '\u0008',
  '\r',
  '\n',
  '\t',
  '\0',
  '\u202e',
  '\u2066',
  '\u2069',
  '\u200f',
  '\u061c',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\u200b',
  '\u{e0041}',
  '\ud83d',
  '\udc00',
  '![x](https://x.test/p.png)',
  '[a](command:x)',
  '[b](https://x.test)',
  '<img src=x>',
  '&lt;',
  '`',
  '```',
  '~~~',
  '$(sync~spin)',
  '\\',
  '|',
  '#',
  '- ',
  '1. ',
  '    ',
  '=cmd|x!A1',
  '+1',
  '-1',
  '@a',
  '\uff1d',
  'a',
  'é',
  '日',
  '👩‍👩‍👧',
  ' ',
  '*',
  '_',
  ']',
  '(',
];
const text = (): string =>
  Array.from({ length: 1 + Math.floor(random.fraction() * 8) }, () =>
    random.fraction() < 0.7 ? pick(pieces) : String.fromCodePoint(Math.floor(random.fraction() * 0x10ffff)),
  ).join('');
const texts = Array.from({ length: 3_000 }, text);

/** Written down here by itself, not taken from what is tested. */
function isActing(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return code !== 0x0a && code !== 0x09;
  if (code >= 0x7f && code <= 0x9f) return true;
  if (code >= 0xd800 && code <= 0xdfff) return true;
  const marks = [0x061c, 0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0xfeff];
  if (marks.includes(code)) return true;
  if (code >= 0xe0000 && code <= 0xe007f) return true;
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}
const actingIn = (shown: string): string[] => Array.from(shown).filter(isActing);

describe('a terminal', () => {
  const written: string[] = [];
  const record = (piece: unknown): boolean => written.push(String(piece)) > 0;
  afterEach(() => {
    vi.restoreAllMocks();
    written.length = 0;
  });

  test('is given nothing that it acts on, in texts, tables, notes, errors and progress', async () => {
    vi.spyOn(process.stdout, 'write').mockImplementation(record);
    vi.spyOn(process.stderr, 'write').mockImplementation(record);
    for (const hostile of texts.slice(0, 600)) {
      const output = new Output(false);
      output.document({}, () => hostile);
      output.note(hostile);
      output.error(sentenceOf(new Failure('table.unknown', { table: hostile })));
      output.error(sentenceOf(new Error(hostile)));
      const page = {
        documents: () => [],
        titles: [hostile, 'b'],
        cells: () => [
          [hostile, 1],
          [null, 2],
        ],
      };
      await output.rows({ head: {} }, page);
    }
    vi.restoreAllMocks();
    expect(written.length).toBeGreaterThan(600);
    expect(actingIn(written.join(''))).toEqual([]);
  });

  test('is given JSON as it is', () => {
    vi.spyOn(process.stdout, 'write').mockImplementation(record);
    for (const hostile of texts) new Output(true).document({ hostile }, () => '');
    vi.restoreAllMocks();
    expect(written.map((line) => (JSON.parse(line) as { hostile: string }).hostile)).toEqual(texts);
  });

  test('sees what was there as escapes', () => {
    expect(visible('a\u001b[31mb\u0007\u009b\u202e\u{e0041}\ud83d')).toBe(
      'a\\x1b[31mb\\x07\\u009b\\u202e\\u{e0041}\\ud83d',
    );
    expect(visible('two\r\nlines\tand a tab')).toBe('two\nlines\tand a tab');
    expect(visibleLine('two\r\nlines\tand a tab')).toBe('two lines and a tab');
    expect(sentenceOf(new Failure('table.unknown', { table: 'a\nDone.' }))).toBe('There is no table "a Done.".');
  });

  test('sees the letters of every script as they are', () => {
    for (const shown of ['naïve', '日本語', 'עברית', 'हिन्दी', 'می‌خواهم', '👩‍👩‍👧', '−.030 → +1'])
      expect(visible(shown)).toBe(shown);
  });

  test('twice is as once', () => {
    for (const hostile of texts) expect(visible(visible(hostile))).toBe(visible(hostile));
  });
});

describe('Markdown', () => {
  const unescaped = (markdown: string): string => markdown.replaceAll(/\\([!-/:-@[-`{-~])/g, '$1');

  test('shows a text as its letters: no mark that means something is left bare, nothing begins a line', () => {
    for (const hostile of texts) {
      const shown = literal(hostile);
      expect(shown.replaceAll(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/[\\`*_{}[\]()#+\-.!|<>~$&@\n]|:\/\//);
      expect(unescaped(shown)).toBe(iconless(hostile));
      expect(actingIn(shown)).toEqual([]);
      expect(plain(hostile)).toBe(shown);
    }
  });

  test('keeps SQL within its fence', () => {
    for (const hostile of texts) {
      const lines = fenced(hostile).split('\n');
      const fence = /^`{3,}/.exec(lines[0] ?? '')?.[0] ?? '';
      expect(lines[0]).toBe(`${fence}sql`);
      expect(lines.at(-1)).toBe(fence);
      expect(lines.slice(1, -1).filter((line) => line.includes(fence))).toEqual([]);
    }
  });

  test('keeps a name within its code', () => {
    for (const hostile of texts) {
      const shown = inlineCode(hostile);
      const fence = /^`+/.exec(shown)?.[0] ?? '';
      expect(shown.startsWith(`${fence} `) && shown.endsWith(` ${fence}`)).toBe(
        /^[` ]|[` ]$/.test(visibleLine(hostile)),
      );
      expect(shown.split(/(?<!`)(`+)(?!`)/).filter((run) => run === fence)).toHaveLength(2);
      expect(actingIn(shown)).toEqual([]);
    }
  });

  /** A hover without its escapes and its code: what is left means something to Markdown. */
  const bare = (markdown: string): string =>
    markdown.replaceAll(/\\[!-/:-@[-`{-~]/g, '').replaceAll(/(`+) ?.*?[^`] ?\1(?!`)/g, '');
  const embedded = { name: 'c', dialect: 'own', version: null, database: 'd' } as const;

  test('of a hover holds no image and no link of a name', () => {
    const name = '![x](https://x.test/p.png)';
    const columns = [{ name: '`a`[b](command:x)', type: '<img>', isKey: false }];
    const tables = [{ database: 'd', table: name, columns, referencedBy: [] }];
    const known = { ...emptyCatalog, connection: embedded, tables };
    const found = hover(readDocument(`SELECT * FROM \`${name}\``), 17, known, 0);
    expect(found?.markdown).toContain(literal(name));
    expect(bare(found?.markdown ?? '')).not.toMatch(/!\[|\]\(|<img|`/);
  });

  test.each([
    ['a table', 'SELECT x FROM t', 'FROM t', 't'],
    ['a column', 'SELECT x FROM t', 'SELECT x', 'x'],
    ['a snapshot', "SELECT x FROM t {SNAPSHOT = 's1'}", "{SNAPSHOT = 's1", "'s1'"],
    ['an answer', 'SELECT x FROM t', 'SEL', 'SELECT'],
  ])('of a hover over %s holds nothing that means something in a name, a type or a model', (_, text, upTo, word) => {
    const engine = {
      foreseen: () => null,
      answerColumns: () => texts.slice(0, 30).map((hostile) => ({ name: hostile, type: hostile })),
    };
    for (const hostile of texts) {
      const tables = [
        { database: 'd', table: 't', columns: [{ name: 'x', type: hostile, isKey: true }], referencedBy: [] },
      ];
      const snapshot = {
        name: 's1',
        level: 'table',
        database: hostile,
        table: hostile,
        createdAt: 0,
        rows: 1,
      } as const;
      const snapshots = [{ ...snapshot, models: [hostile] }];
      const known = { ...emptyCatalog, connection: embedded, tables, snapshots };
      const found = hover(readDocument(text), text.indexOf(upTo) + upTo.length, known, 0, engine);
      const shown = bare(found?.markdown ?? '')
        .replaceAll('**', '')
        .replaceAll(/^- /gm, '');
      expect(found && text.slice(found.start, found.end)).toBe(word);
      expect(shown).not.toMatch(/[\\`*_{}[\]#+!|<>~$&@]|:\/\//);
      expect(actingIn(shown.replaceAll('\n', ''))).toEqual([]);
    }
  });
});

test('a label shows the names of icons as letters', () => {
  for (const hostile of texts) {
    const shown = iconless(hostile);
    expect(shown).not.toMatch(/(?<!\\)\$\([a-z0-9-]+(?:~[a-z]+)?\)/i);
    expect(actingIn(shown)).toEqual([]);
  }
});

test('a message holds no link', () => {
  // The form that VS Code makes a link of.
  const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/gi;
  for (const hostile of texts) {
    expect(linkless(hostile)).not.toMatch(link);
    expect(actingIn(linkless(hostile))).toEqual([]);
  }
});

describe('a spreadsheet', () => {
  test('is given no formula', () => {
    for (const hostile of texts) {
      const cell = guardedText(hostile);
      const isNumber = /^[+-]?[\d.]+(?:[eE][+-]?\d+)?$/.test(cell);
      if (!isNumber) expect(cell.trimStart()).not.toMatch(/^[=+\-@\uff1d\uff0b\uff0d\uff20]/);
      expect([hostile, `'${hostile}`]).toContain(cell);
    }
  });

  test.each([
    ['=cmd|calc!A1', "'=cmd|calc!A1"],
    ['\t=1+1', "'\t=1+1"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-5', '-5'],
    ['+1.5e3', '+1.5e3'],
    ['a=b', 'a=b'],
    ['', ''],
  ])('%j is written as %j', (value, written) => {
    expect(guardedText(value)).toBe(written);
  });
});
