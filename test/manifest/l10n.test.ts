// The sentences that translators get are those that are said.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bundleFile, bundleText, sentences } from '../../tools/l10n.mjs';

test('the bundle holds every sentence, and no other; `node tools/l10n.mjs` writes it', () => {
  expect(readFileSync(bundleFile, 'utf8')).toBe(bundleText());
});

test('sentences are found in the shell and in the page', () => {
  const all = sentences();
  for (const one of ['Where should the sample be?', 'Type {0}.']) expect(all).toContain(one);
  expect(all.length).toBeGreaterThan(200);
});
