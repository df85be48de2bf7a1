import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { applyEdits, modify } from 'jsonc-parser';
import { expect, test } from 'vitest';
import { learnerParts, type LearnerParts } from './learnerSchema.ts';

interface Published {
  definitions: LearnerParts['definitions'] & {
    outside: object;
    training: { properties: Omit<LearnerParts, 'definitions' | 'outside'> };
  };
}

test('the published schema offers the learners of the table, with their options and defaults, and no others', () => {
  const file = fileURLToPath(new URL('../../media/deltatrain.schema.json', import.meta.url));
  const read = (): Published => JSON.parse(readFileSync(file, 'utf8')) as Published;
  const { definitions: own, outside, ...fields } = learnerParts();
  if (process.env['UPDATE']) {
    const training = ['definitions', 'training', 'properties'];
    const written = [
      ...Object.entries(fields).map(([field, value]) => ({ path: [...training, field], value })),
      { path: ['definitions', 'outside'], value: outside },
      ...Object.entries(own).map(([name, value]) => ({ path: ['definitions', name], value })),
    ];
    for (const { path, value } of written) {
      const text = readFileSync(file, 'utf8');
      const edits = modify(text, path, value, { formattingOptions: { insertSpaces: true, tabSize: 2 } });
      writeFileSync(file, applyEdits(text, edits));
    }
    execFileSync('npx', ['biome', 'format', '--write', file]);
  }
  const { definitions } = read();
  const { learner, options } = definitions.training.properties;
  expect({ learner, options }).toEqual(fields);
  expect(definitions.outside).toEqual(outside);
  const published = Object.entries(definitions).filter(([name]) => name.startsWith('learner.'));
  // The order counts: the first that fits is what "auto" takes.
  expect(published).toEqual(Object.entries(own));
});
