// A yes before data change: a click elsewhere, the name in full on production.
import { expect, test } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import type { Ask, TextQuestion } from '../../../src/extension/talk/ask.ts';
import { type Consent, requireConsent, requireOnProduction } from '../../../src/extension/talk/consent.ts';

/** A person who types `typed`, and clicks on every yes. */
function person(typed: string | null) {
  const asked: string[] = [];
  const ask = {
    confirm: (question: string) => {
      asked.push(`confirm: ${question}`);
      return Promise.resolve();
    },
    text: ({ check }: TextQuestion) => {
      asked.push('type the name');
      const isTaken = typed !== null && check?.(typed) === undefined;
      return isTaken ? Promise.resolve(typed) : Promise.reject(new Failure('cancelled'));
    },
  } as unknown as Ask;
  return { ask, asked };
}

const restore: Consent = {
  environment: 'production',
  name: 'shop.orders',
  question: 'Restore shop.orders to v1?',
  detail: '3 rows change.',
  yes: 'Restore',
};

test.each(['development', 'staging'] as const)('a click is enough on %s', async (environment) => {
  const { ask, asked } = person(null);
  await requireConsent(ask, { ...restore, environment });
  expect(asked).toEqual(['confirm: Restore shop.orders to v1?']);
});

test('production needs the name typed', async () => {
  const { ask, asked } = person('shop.orders');
  await requireConsent(ask, restore);
  expect(asked).toEqual(['type the name']);
});

test.each([null, '', 'orders', 'shop.orders ', 'SHOP.ORDERS'])(
  '%j typed on production changes nothing',
  async (typed) => {
    const { ask } = person(typed);
    await expect(requireConsent(ask, restore)).rejects.toMatchObject({ code: 'cancelled' });
  },
);

test('what has to be read first is shown before the name is typed', async () => {
  const { ask, asked } = person('shop.orders');
  await requireConsent(ask, { ...restore, lines: ['Grants are lost.'] });
  expect(asked).toEqual(['confirm: Restore shop.orders to v1?', 'type the name']);
});

test('what runs without a question elsewhere needs the name on production alone', async () => {
  const elsewhere = person(null);
  await requireOnProduction(elsewhere.ask, { ...restore, environment: 'development' });
  expect(elsewhere.asked).toEqual([]);
  await expect(requireOnProduction(person(null).ask, restore)).rejects.toMatchObject({ code: 'cancelled' });
});
