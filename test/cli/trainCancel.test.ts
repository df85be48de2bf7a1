// `train`, interrupted as by Ctrl+C after each thing it says: no model, no snapshot of its own, and the next run is free to go.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleCommandLine, type CommandLine } from './trainBundle.ts';

let cli: CommandLine;
let workspace: string;
beforeAll(async () => {
  cli = await bundleCommandLine();
  workspace = path.join(cli.folder, 'workspace');
  expect((await cli.call(['demo', '--dir', workspace], cli.folder)).code).toBe(0);
  const more = `INSERT INTO noaa.weather SELECT 'Boston', date, precipitation, temp_max, temp_min, wind, weather FROM noaa.archive WHERE location = 'New York';`;
  writeFileSync(path.join(workspace, 'more.sql'), more);
  expect((await cli.call(['sql', 'more.sql'], workspace)).code).toBe(0);
});
afterAll(() => cli.remove());

const listed = async (what: string): Promise<string> => {
  const { code, stdout } = await cli.call([what, 'list', '--json'], workspace);
  expect(code).toBe(0);
  return stdout;
};

test.each(['Pinned as', 'since weather_v5', 'Training on'])('after "%s"', async (mark) => {
  const before = [await listed('snapshot'), await listed('model')];
  const cancelled = await cli.interruptAt(mark, ['train', 'weather'], workspace);
  expect(cancelled).toMatchObject({ code: 130, stdout: '' });
  expect(cancelled.stderr).toContain('Cancelled.');
  expect([await listed('snapshot'), await listed('model')]).toEqual(before);
});

test('then it trains', async () => {
  expect((await cli.call(['train', 'weather'], workspace)).code).toBe(0);
});
