// Edits of deltatrain.json leave alone what a person wrote.
import { describe, expect, it } from 'vitest';
import { type ConnectionConfig, readConfig } from '../../../src/app/config/config.ts';
import { withConnection, withoutConnection, withTraining } from '../../../src/app/config/configEdits.ts';

const written = `{
  // Ours.
  "connections": {
    "local": { "kind": "embedded", "path": "a.db" } // the first
  }
}
`;
const embedded = (path: string): ConnectionConfig => ({
  kind: 'embedded',
  path,
  environment: 'development',
  readOnly: false,
});
const risk: ConnectionConfig = {
  kind: 'matrixone',
  host: '10.0.0.5',
  port: 6001,
  user: 'ml',
  database: 'risk',
  tls: 'required',
  ca: null,
  environment: 'production',
  readOnly: false,
  statementTimeoutSeconds: 60,
};
const weather = { connection: 'local', table: 'noaa.weather', label: 'weather' };

describe('edits of deltatrain.json', () => {
  it('keep comments and the other entries', () => {
    const text = withTraining(withConnection(written, 'other', embedded('b.db')), 'weather', weather);
    expect(text).toContain('// Ours.');
    expect(text).toContain('// the first');
    const config = readConfig(text, 'deltatrain.json');
    expect(Object.keys(config.connections)).toEqual(['local', 'other']);
    expect(config.trainings['weather']).toEqual(weather);
  });

  it('make a file out of nothing', () => {
    expect(
      readConfig(withConnection('', 'local', embedded('.deltatrain/store.db')), '').connections['local'],
    ).toMatchObject({
      kind: 'embedded',
      path: '.deltatrain/store.db',
    });
  });

  it('replace an entry of the same name', () => {
    const text = withTraining(withTraining(written, 'weather', weather), 'weather', { ...weather, label: 'wind' });
    expect(readConfig(text, '').trainings['weather']?.label).toBe('wind');
  });

  it('write a server without what is the default, and read it back', () => {
    const text = withConnection(written, 'risk', risk);
    expect(text).toContain('"host": "10.0.0.5"');
    expect(text).not.toMatch(/readOnly|statementTimeoutSeconds|"ca"/);
    expect(readConfig(text, '').connections['risk']).toEqual(risk);
  });

  it('change a connection field by field, and leave what a person wrote beside them', () => {
    const text = withConnection(written, 'risk', risk).replace(
      '"tls"',
      '// as the administrator wants it\n      "tls"',
    );
    const edited = withConnection(text, 'risk', { ...risk, host: 'db2', environment: 'development' });
    expect(edited).toContain('// as the administrator wants it');
    expect(edited).not.toContain('environment');
    expect(readConfig(edited, '').connections['risk']).toEqual({ ...risk, host: 'db2', environment: 'development' });
  });

  it('take an entry away', () => {
    expect(readConfig(withoutConnection(written, 'local'), '').connections).toEqual({});
  });
});
