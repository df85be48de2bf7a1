// A run as pages see it: begun, under way, and each way it can end.
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import { isUnderWay } from '../../../src/protocol/panel.ts';
import { ended, newRun, viewAfter } from '../../../src/extension/runs/runView.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const run = viewAfter(newRun(1, 'delta', { where: 'panel', whereReason: null }, start), {
  kind: 'pinned',
  snapshot: 'weather_v5',
  createdAt: '1767225600000000000',
  own: true,
});

it('is under way from its first moment', () => {
  expect(isUnderWay(run)).toBe(true);
  expect(run.snapshot).toBe('weather_v5');
});

describe('ends', () => {
  it.each([
    ['cancelled', new Failure('cancelled'), 'cancelled', null],
    ['failed', new Failure('run.diverged', { epoch: 3 }), 'failed', null],
    ['broken', new TypeError('x is not a function'), 'failed', null],
    [
      'interrupted',
      new Failure('run.interrupted', { training: 'weather', snapshot: 'weather_v5' }),
      'interrupted',
      'weather_v5',
    ],
  ])('%s', (_, error, phase, snapshot) => {
    const view = ended(run, error, start + 1500, 'Something broke.');
    expect([view.phase, view.snapshot, view.seconds]).toEqual([phase, snapshot, 1.5]);
    expect(isUnderWay(view)).toBe(false);
  });

  it('a bug as a sentence without its text', () => {
    expect(ended(run, new TypeError('x is not a function'), start, 'Something broke.').sentence).toBe(
      'Something broke.',
    );
  });
});
