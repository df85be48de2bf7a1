/** What checks found, as a JSON document and in Markdown. */
import { say } from '../../base/say.ts';
import { literal } from '../../base/shown.ts';
import { jsonOf, type JsonValue, textOf } from '../../data/value.ts';
import { countText } from '../../words/numbers.ts';
import type { CheckOutcome, ShownRows } from './outcome.ts';

/** `count`: rows that are wrong, or that there are; `rows` the first of them. */
export interface CheckDocument {
  readonly name: string;
  readonly of: string;
  readonly kind: string;
  readonly ok: boolean;
  readonly sentence: string;
  readonly count: number | null;
  readonly rows: readonly Readonly<Record<string, JsonValue>>[];
  /** Why it could not be asked; left out where it could. */
  readonly error?: { readonly code: string; readonly message: string };
  readonly ms: number;
}

/** What `check --json` prints. `failed`: how many do not hold, or could not be asked. */
export interface ChecksDocument {
  readonly at: string;
  readonly checks: readonly CheckDocument[];
  readonly failed: number;
}

const rowDocuments = ({ columns, rows }: ShownRows): Readonly<Record<string, JsonValue>>[] =>
  rows.map((row) => Object.fromEntries(columns.map((name, c) => [name, jsonOf(row[c] ?? null)])));

/** `at`: the version that was checked. */
export const checksDocument = (outcomes: readonly CheckOutcome[], at: string): ChecksDocument => ({
  at,
  checks: outcomes.map(({ name, of, rule, ok, sentence, count, columns, rows, error, ms }) => ({
    name,
    of,
    kind: rule.kind,
    ok,
    sentence,
    count,
    rows: rowDocuments({ columns, rows }),
    ...(error && { error: { code: error.code, message: error.message } }),
    ms: Math.round(ms),
  })),
  failed: outcomes.filter(({ ok }) => !ok).length,
});

const failedOf = (outcomes: readonly CheckOutcome[]): CheckOutcome[] => outcomes.filter(({ ok }) => !ok);

/** In one line: `2 of 9 checks do not hold.` */
export function checksSentence(outcomes: readonly CheckOutcome[]): string {
  const failed = failedOf(outcomes).length;
  if (outcomes.length === 1) return failed === 0 ? say('The check holds.') : say('The check does not hold.');
  if (failed === 0) return say('All {0} checks hold.', countText(outcomes.length));
  return say('{0} of {1} checks do not hold.', countText(failed), countText(outcomes.length));
}

/** A table in Markdown, in which no text acts. */
function markdownTable({ columns, rows }: ShownRows): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(literal).join(' | ')} |`;
  return [
    line(columns),
    `|${' --- |'.repeat(columns.length)}`,
    ...rows.map((row) => line(columns.map((_, c) => textOf(row[c] ?? null)))),
  ];
}

/** Rows of a finding in Markdown, with how many there are beside those shown. */
export function rowsMarkdown({ columns, rows, count }: ShownRows & { readonly count: number | null }): string {
  if (rows.length === 0) return '';
  const more = (count ?? 0) - rows.length;
  return [...markdownTable({ columns, rows }), ...(more > 0 ? ['', say('… and {0} more.', countText(more))] : [])].join(
    '\n',
  );
}

/** For a person who reads a page of a build: what does not hold first, with its rows. */
export function checksMarkdown(outcomes: readonly CheckOutcome[], at: string): string {
  const mark = ({ ok, error }: CheckOutcome): string => (ok ? '✅' : error ? '⚠️' : '❌');
  return [
    `## ${say('DeltaTrain checks')}: ${literal(checksSentence(outcomes))}`,
    '',
    ...failedOf(outcomes).flatMap((one) => {
      const rows = rowsMarkdown(one);
      return [
        `### ${mark(one)} ${literal(one.of)} · ${literal(one.name)}`,
        '',
        literal(one.sentence),
        ...(rows === '' ? [] : ['', rows]),
        '',
      ];
    }),
    `| | ${say('of')} | ${say('check')} | ${say('found')} |`,
    '| --- | --- | --- | --- |',
    ...outcomes.map((one) => `| ${mark(one)} | ${literal(one.of)} | ${literal(one.name)} | ${literal(one.sentence)} |`),
    '',
    literal(say('Checked: {0}.', at)),
    '',
  ].join('\n');
}
