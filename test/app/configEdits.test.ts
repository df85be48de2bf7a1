// Edits of deltatrain.json leave alone what a person wrote.
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/app/config.ts';
import { withConnection, withoutConnection, withTraining } from '../../src/app/configEdits.ts';

const written = `{
  // Ours.
  "connections": {
    "local": { "kind": "embedded", "path": "a.db" } // the first
  }
}
`;
const weather = { connection: 'local', table: 'noaa.weather', label: 'weather' };

describe('edits of deltatrain.json', () => {
  it('keep comments and the other entries', () => {
    const text = withTraining(withConnection(written, 'other', 'b.db'), 'weather', weather);
    expect(text).toContain('// Ours.');
    expect(text).toContain('// the first');
    const config = readConfig(text, 'deltatrain.json');
    expect(Object.keys(config.connections)).toEqual(['local', 'other']);
    expect(config.trainings['weather']).toEqual(weather);
  });

  it('make a file out of nothing', () => {
    expect(readConfig(withConnection('', 'local', '.deltatrain/store.db'), '').connections['local']).toMatchObject({
      kind: 'embedded',
      path: '.deltatrain/store.db',
    });
  });

  it('replace an entry of the same name', () => {
    const text = withTraining(withTraining(written, 'weather', weather), 'weather', { ...weather, label: 'wind' });
    expect(readConfig(text, '').trainings['weather']?.label).toBe('wind');
  });

  it('take an entry away', () => {
    expect(readConfig(withoutConnection(written, 'local'), '').connections).toEqual({});
  });
});
