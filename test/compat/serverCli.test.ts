// The command line on a registry of a released version that others share: refused with what to do, and moved with --yes.
import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleCommandLine, type CommandLine } from '../cli/trainBundle.ts';
import { Deriving } from '../stores/matrixone/replay/deriving.ts';
import { load } from '../stores/matrixone/replay/recording.ts';
import { type Replay, serve } from '../stores/matrixone/replay/serve.ts';
import { fixture, released } from './support/released.ts';

let cli: CommandLine;
beforeAll(async () => {
  cli = await bundleCommandLine();
}, 60_000);
afterAll(() => cli.remove());

interface Called {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function call({ port }: Replay, ...args: readonly string[]): Promise<Called> {
  const all = [...args, '--connection', `mysql://root@127.0.0.1:${port}?tls=off`];
  const child = spawn(process.execPath, [`${cli.folder}/dist/cli.js`, ...all], {
    env: { ...process.env, DELTATRAIN_PASSWORD: '111' },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit) => resolve({ exit, stdout, stderr }));
  });
}

async function document(
  replay: Replay,
  ...args: readonly string[]
): Promise<{ exit: number | null; document: unknown }> {
  const { exit, stdout } = await call(replay, ...args, '--json');
  return { exit, document: JSON.parse(stdout) };
}

test.each(released)(
  'promoting in the registry of %s',
  async (version) => {
    const recording = load('own/weather', pathToFileURL(`${fixture(version, 'server')}/`));
    const replay = await serve(recording, { deriving: new Deriving(recording, { goesOn: true }) });
    try {
      const promote = (model: string, ...more: readonly string[]) =>
        document(replay, 'model', 'promote', model, ...more);
      const refused = await call(replay, 'model', 'promote', 'weather/m4');
      expect(refused).toMatchObject({ exit: 2, stdout: '' });
      expect(refused.stderr).toContain(
        'from then on everybody who shares it needs this version.\nTo do it all the same, add --yes.',
      );
      expect(await promote('weather/m4')).toMatchObject({
        exit: 2,
        document: { version: 2, error: { code: 'registry.older' } },
      });
      expect(await promote('weather/m4', '--yes')).toMatchObject({
        exit: 0,
        document: { model: 'weather/m4', status: 'promoted', replaces: null },
      });
      expect(await promote('weather/m5')).toMatchObject({
        exit: 0,
        document: { model: 'weather/m5', status: 'promoted', replaces: 'weather/m4' },
      });
      const again = await call(replay, 'model', 'promote', 'weather/m4');
      expect(again.stderr).toContain('weather/m5 was promoted before, and is a candidate again.');
      expect(replay.unknown).toEqual([]);
    } finally {
      await replay.close();
    }
  },
  60_000,
);
