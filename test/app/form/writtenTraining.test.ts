import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/app/config/config.ts';
import { withTrainingFields } from '../../../src/app/config/configEdits.ts';
import { answersOf, writtenFields } from '../../../src/app/form/writtenTraining.ts';
import { answers } from './support.ts';

const of = { connection: 'local', key: ['location', 'date'] };

describe('the answers of a form in deltatrain.json', () => {
  test('a new training is written as the schema wants it, and read back as the same answers', () => {
    const text = withTrainingFields('', 'weather', writtenFields({ ...answers, test: '20' }, of, null));
    const written = readConfig(text, 'deltatrain.json').trainings['weather'];
    expect(written).toMatchObject({ connection: 'local', table: 'noaa.weather', label: 'weather', test: 0.2, seed: 1 });
    if (!written) throw new Error('it was written');
    expect(answersOf('weather', written, { store: 'local', key: [], features: [] })).toEqual({
      ...answers,
      test: '20',
    });
  });

  test('a changed training keeps comments, other fields, and the word that its file uses for the validation rows', () => {
    const before = `{
  "trainings": {
    "weather": {
      // What the guard may lose.
      "guard": { "maxDrop": 0.01 },
      "connection": "local", "table": "noaa.weather", "key": ["location", "date"], "label": "weather",
      "tune": 0.1, // less is noise
      "seed": 1
    }
  }
}
`;
    const known = readConfig(before, 'deltatrain.json').trainings['weather'] ?? null;
    const after = withTrainingFields(before, 'weather', writtenFields({ ...answers, seed: '7' }, of, known));
    for (const kept of ['// What the guard may lose.', '// less is noise', '"maxDrop": 0.01', '"tune": 0.1'])
      expect(after).toContain(kept);
    const written = readConfig(after, 'deltatrain.json').trainings['weather'];
    expect(written).toMatchObject({ seed: 7, slices: ['location'], tune: 0.1 });
    expect(written?.validation).toBeUndefined();
  });

  test('the same answers change nothing of the text', () => {
    const once = withTrainingFields('', 'weather', writtenFields(answers, of, null));
    const known = readConfig(once, 'deltatrain.json').trainings['weather'] ?? null;
    expect(withTrainingFields(once, 'weather', writtenFields(answers, of, known))).toBe(once);
  });

  test('slices that are all unticked are written as none', () => {
    const once = withTrainingFields('', 'weather', writtenFields(answers, of, null));
    const known = readConfig(once, 'deltatrain.json').trainings['weather'] ?? null;
    const after = withTrainingFields(once, 'weather', writtenFields({ ...answers, slices: [] }, of, known));
    expect(readConfig(after, 'deltatrain.json').trainings['weather']?.slices).toEqual([]);
  });
});
