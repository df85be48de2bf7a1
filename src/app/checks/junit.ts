/** What checks found as JUnit XML, which build servers read. */
import { visible } from '../../base/shown.ts';
import { textOf } from '../../data/value.ts';
import type { CheckOutcome, ShownRows } from './outcome.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** In XML: what would act is shown as an escape, so that no character is left that XML 1.0 has not. */
const xml = (text: string): string =>
  visible(text)
    .replaceAll(/[\ufffe\uffff]/g, '?')
    .replaceAll(/[&<>"']/g, (found) => entities[found] ?? found);

type Attributes = Readonly<Record<string, string | number>>;

/** An element with lines, or text, in it. */
function element(name: string, attributes: Attributes, inner: readonly string[] | string = []): string {
  const head = [name, ...Object.entries(attributes).map(([one, value]) => `${one}="${xml(String(value))}"`)].join(' ');
  if (typeof inner === 'string') return `<${head}>${xml(inner)}</${name}>`;
  return inner.length === 0 ? `<${head}/>` : [`<${head}>`, ...inner, `</${name}>`].join('\n');
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

const rowsOneByOne = ({ columns, rows }: ShownRows): string[] =>
  rows.map((row) => columns.map((name, c) => `${name}=${textOf(row[c] ?? null)}`).join(' '));

function testcase(one: CheckOutcome): string {
  const { of, name, ok, ms, error, rule, sentence } = one;
  const [tag, type] = error ? ['error', error.code] : ['failure', rule.kind];
  const said = [sentence, ...rowsOneByOne(one)].join('\n');
  const fault = ok ? [] : [element(tag, { type, message: sentence }, said)];
  return element('testcase', { classname: of, name, time: seconds(ms) }, fault);
}

const countsOf = (some: readonly CheckOutcome[]): Attributes => ({
  tests: some.length,
  failures: some.filter(({ ok, error }) => !ok && !error).length,
  errors: some.filter(({ error }) => error).length,
  time: seconds(some.reduce((sum, { ms }) => sum + ms, 0)),
});

/** A suite for each table or training; `failure` for a no, `error` for what could not be asked. */
export function checksJunit(outcomes: readonly CheckOutcome[]): string {
  const suites = [...new Set(outcomes.map(({ of }) => of))].map((of) => {
    const own = outcomes.filter((one) => one.of === of);
    return element('testsuite', { name: of, ...countsOf(own) }, own.map(testcase));
  });
  const all = element('testsuites', { name: 'deltatrain', ...countsOf(outcomes) }, suites);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${all}\n`;
}
