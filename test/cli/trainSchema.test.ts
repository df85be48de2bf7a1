/** What the calls for trainings print, against the one published schema: made for real on the sample's workspace. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleCommandLine, type CommandLine } from './trainBundle.ts';

const file = path.join(import.meta.dirname, '../../docs/cli.schema.json');
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
ajv.addSchema(JSON.parse(readFileSync(file, 'utf8')) as object);

let cli: CommandLine;
let workspace: string;

beforeAll(async () => {
  cli = await bundleCommandLine();
  workspace = path.join(cli.folder, 'workspace');
});
afterAll(() => cli.remove());

describe('docs/cli.schema.json', () => {
  it.each([
    ['demo', ['demo', '--dir', 'workspace'], 0, '.'],
    ['train', ['train', 'weather'], 0, 'workspace'],
    ['train', ['train', 'weather', '--full'], 0, 'workspace'],
    ['modelList', ['model', 'list'], 0, 'workspace'],
    ['model', ['model', 'show', 'weather/m2'], 0, 'workspace'],
    ['model', ['model', 'promote', 'weather/m2'], 0, 'workspace'],
    ['reproduce', ['model', 'reproduce', 'weather/m2'], 0, 'workspace'],
    ['evaluate', ['evaluate', 'weather', '--last', '3'], 0, 'workspace'],
    ['error', ['model', 'show', 'weather/m99'], 1, 'workspace'],
  ])('describes %s: %j', async (definition, args, code, where) => {
    const ran = await cli.call([...args, '--json'], where === '.' ? cli.folder : workspace);
    expect(ran.code, ran.stderr).toBe(code);
    const validate = ajv.getSchema(`deltatrain-cli#/$defs/${definition}`);
    expect(validate?.(JSON.parse(ran.stdout)) === true || validate?.errors).toBe(true);
  });
});
