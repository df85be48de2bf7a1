// A store of each released version, asked again today: every call of then is answered as then, and every model is made again to the bit.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleCommandLine, type CommandLine } from '../cli/trainBundle.ts';
import { lost } from './support/holds.ts';
import { openWorkspace, type RecordedCall, recordedCalls, released, type Workspace } from './support/released.ts';

let cli: CommandLine;
beforeAll(async () => {
  cli = await bundleCommandLine();
}, 60_000);
afterAll(() => cli.remove());

/** The call, made today in the workspace; folders are named as in the recording. */
function ask(
  workspace: Workspace,
  { args, stdin = '', file }: RecordedCall,
): Promise<{ exit: number | null; documents: unknown[] }> {
  if (file) writeFileSync(path.join(workspace.folder, file[0]), file[1]);
  const child = spawn(process.execPath, [path.join(cli.folder, 'dist/cli.js'), ...args], { cwd: workspace.folder });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.resume();
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit) => {
      const lines = said.trimEnd().replaceAll(path.dirname(workspace.folder), '').split('\n');
      resolve({ exit, documents: lines.map((line) => JSON.parse(line) as unknown) });
    });
  });
}

/** Calls that were refused and are answered now, or are refused for another reason, each with why. */
const otherwise: Readonly<Record<string, string>> = {
  'train unsupported --json': 'a regression is trained since 0.2',
  'import bad.csv --table shop.orders --connection local --json':
    'the file lacks a column of its table, which is said first since 0.2',
};

describe.each(released)('the store of %s', (version) => {
  let workspace: Workspace;
  beforeAll(() => {
    workspace = openWorkspace(version);
  });
  afterAll(() => workspace.remove());

  // One after the other on one copy, as they were recorded: a restore is seen by what comes after it.
  const calls = recordedCalls(version, 'finished');
  test.each(
    calls.map(
      (call) =>
        [`${call.args.join(' ')}${call.stdin === undefined ? '' : `: ${call.stdin.slice(0, 50)}`}`, call] as const,
    ),
  )(
    'answers as it did: %s',
    async (name, call) => {
      const { exit, documents } = await ask(workspace, call);
      if (name in otherwise) {
        expect(call.exit, otherwise[name]).toBe(1);
        expect(documents).toHaveLength(call.documents.length);
        return;
      }
      expect(lost(call.documents, documents)).toEqual([]);
      expect(exit).toBe(call.exit);
    },
    60_000,
  );

  test('every model that it lists is among those that were made again to the bit', () => {
    const documents = (definition: string): unknown[] =>
      calls.filter((call) => call.definition === definition).flatMap((call) => call.documents);
    const listed = (documents('modelList')[0] as { model: string; weightsSha256: string }[]).map(
      ({ model, weightsSha256 }) => `${model} ${weightsSha256}`,
    );
    const made = (documents('reproduce') as { model: string; weightsSha256: string; identical: boolean }[])
      .filter(({ identical }) => identical)
      .map(({ model, weightsSha256 }) => `${model} ${weightsSha256}`);
    expect([...new Set(made)].sort()).toEqual(listed.sort());
  });
});
