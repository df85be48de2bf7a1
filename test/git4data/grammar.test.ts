import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hints, statements } from '../../src/git4data/statements.ts';

interface Rule {
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly patterns?: readonly Rule[];
}

const grammar = JSON.parse(
  readFileSync(new URL('../../media/syntaxes/git4data.injection.json', import.meta.url), 'utf8'),
) as {
  readonly scopeName: string;
  readonly injectionSelector: string;
  readonly repository: Readonly<Record<string, Rule>>;
};

const rulesOf = (rule: Rule): Rule[] => [rule, ...(rule.patterns ?? []).flatMap(rulesOf)];
const top = Object.values(grammar.repository).flatMap((rule) =>
  (rule.match ?? rule.begin) ? [rule] : (rule.patterns ?? []),
);

/** The rules use what JavaScript's expressions have too, inline flags included. */
const matches = (rule: Rule, text: string): boolean => new RegExp(rule.match ?? rule.begin ?? '(?!)').test(text);

test('every rule is an expression that can be compiled', () => {
  for (const rule of Object.values(grammar.repository).flatMap(rulesOf)) {
    for (const source of [rule.match, rule.begin, rule.end])
      if (source !== undefined) expect(() => new RegExp(source)).not.toThrow();
  }
});

test.each([
  ...Object.values(statements)
    .filter((doc) => !doc.example.includes('PITR'))
    .map((doc) => doc.example),
  ...hints.map((hint) => hint.syntax),
])('%s is coloured', (text) => {
  expect(top.some((rule) => matches(rule, text))).toBe(true);
  expect(top.some((rule) => matches(rule, text.toLowerCase()))).toBe(true);
});

test.each(['SELECT * FROM snapshots WHERE output = 1', "INSERT INTO restore VALUES ('{')"])(
  '%s is left alone',
  (text) => {
    expect(top.some((rule) => matches(rule, text))).toBe(false);
  },
);
