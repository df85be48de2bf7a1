// A person is asked before a registry that others share is moved forward, with the sentence that says what follows.
import { expect, test } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import type { Ask } from '../../../src/extension/talk/ask.ts';
import { askToMigrate } from '../../../src/extension/talk/consent.ts';

const older = new Failure('registry.older', { store: 'The registry in db:6001', version: 1, known: 2 });

function asking(answer: () => Promise<void>): { ask: Ask; asked: string[] } {
  const asked: string[] = [];
  const ask: Partial<Ask> = {
    confirm(message, detail, yes) {
      asked.push(message, detail, yes);
      return answer();
    },
  };
  return { ask: ask as Ask, asked };
}

test('a yes lets the write go on', async () => {
  const { ask, asked } = asking(() => Promise.resolve());
  await askToMigrate(ask)(older);
  expect(asked).toEqual(['Move the registry forward?', older.message, 'Move It Forward']);
});

test('a no ends it, and nothing is written', async () => {
  const { ask } = asking(() => Promise.reject(new Failure('cancelled')));
  await expect(askToMigrate(ask)(older)).rejects.toMatchObject({ code: 'cancelled' });
});
