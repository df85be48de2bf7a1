// The trainer says its sentences where it runs, so it is given the language of whoever reads them before anything else.
import { afterEach, expect, test } from 'vitest';
import { Failure } from '../../src/base/failure.ts';
import { say, setTranslations, translations } from '../../src/base/say.ts';
import type { PlanDraft } from '../../src/data/training.ts';
import type { Trainer } from '../../src/data/trainer.ts';
import { answerTrainer, remoteTrainer } from '../../src/protocol/remoteTrainer.ts';
import { loopback } from './support/loopback.ts';

afterEach(() => setTranslations({}));

const refusing: Trainer = {
  plan: () => {
    throw new Failure('plan.unsupported', { what: say('Train fully.') });
  },
  check: () => Promise.reject(new Failure('cancelled')),
  run: () => Promise.reject(new Failure('cancelled')),
  evaluate: () => Promise.reject(new Failure('cancelled')),
  choose: () => Promise.reject(new Failure('cancelled')),
  predict: () => {
    throw new Failure('cancelled');
  },
};

test('is told the translations of the process that asks it, and says its failures by them', async () => {
  const [near, far] = loopback();
  answerTrainer(refusing, far);
  setTranslations({ 'Train fully.': 'Neu trainieren.' });
  const trainer = remoteTrainer(near);
  // The other process has none of its own; here both are one.
  setTranslations({});
  const planned = Promise.resolve(trainer.plan({} as PlanDraft, null));
  await expect(planned).rejects.toMatchObject({ code: 'plan.unsupported', data: { what: 'Neu trainieren.' } });
  expect(translations()).toEqual({ 'Train fully.': 'Neu trainieren.' });
});

test('is told nothing where the texts are English already', async () => {
  const [near, far] = loopback();
  const heard: unknown[] = [];
  far.onMessage((message) => heard.push(message));
  remoteTrainer(near);
  await Promise.resolve();
  expect(heard).toEqual([]);
});
