// The verdict is due once, when a run that was started here has its model, and not for who went elsewhere.
import { expect, test } from 'vitest';
import { VerdictWatch } from '../../webview/page/verdictWatch.ts';
import { fourModels, interrupted, running, worse } from '../ui/panel/panelData.ts';

function started(): VerdictWatch {
  const watch = new VerdictWatch();
  watch.ask();
  watch.started(7);
  return watch;
}

test('it is due when the model of the run is there, once', () => {
  const watch = started();
  expect(watch.due(null)).toBeNull();
  expect(watch.due({ ...fourModels, run: running })).toBeNull();
  expect(watch.due({ ...fourModels, run: worse.run })).toBeNull();
  expect(watch.due(worse)).toBe(5);
  expect(watch.due(worse)).toBeNull();
});

test('it is due as well when the run was over before its start was answered', () => {
  const watch = new VerdictWatch();
  watch.ask();
  expect(watch.due(worse)).toBeNull();
  watch.started(7);
  expect(watch.due(worse)).toBe(5);
});

test('a run of somewhere else, one that left no model, and a person who went elsewhere: nothing is due', () => {
  expect(new VerdictWatch().due(worse)).toBeNull();
  expect(started().due({ ...worse, run: { ...running, ...worse.run, id: 8 } as typeof running })).toBeNull();
  expect(started().due(interrupted)).toBeNull();
  const watch = started();
  watch.leave();
  expect(watch.due(worse)).toBeNull();
});

test('what was done before a run does not count for it', () => {
  const watch = new VerdictWatch();
  watch.leave();
  watch.ask();
  watch.started(7);
  expect(watch.due(worse)).toBe(5);
});
