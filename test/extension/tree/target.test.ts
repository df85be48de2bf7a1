// What a command takes from nodes of the tree, lenses, messages and key bindings.
import { expect, it } from 'vitest';
import { targetOf } from '../../../src/extension/tree/target.ts';

const table = { database: 'noaa', table: 'weather' };

it.each([
  ['nothing', undefined, {}],
  ['a text', 'local', {}],
  [
    'a node of the tree',
    { id: 'x', node: { subject: { kind: 'table', connection: 'local', table } } },
    { connection: 'local', database: 'noaa', table },
  ],
  [
    'plain data',
    { connection: 'local', table: 'noaa.weather', snapshot: 'v1', from: 'v0' },
    { connection: 'local', database: 'noaa', table, snapshot: 'v1', from: 'v0' },
  ],
  [
    'a model',
    { connection: 'local', training: 'weather', model: 3 },
    { connection: 'local', training: 'weather', model: 3 },
  ],
  ['fields of a wrong type', { connection: 7, table: { database: 1 }, model: '3', snapshot: '' }, {}],
])('takes %s', (_, argument, expected) => {
  expect(targetOf(argument)).toEqual(expected);
});
