// The chain of the record: whatever is done to a row, a number or an order is found, and the first broken link named.
import { expect, test } from 'vitest';
import {
  brokenLink,
  eventOfRow,
  type Happening,
  insertEvent,
  nextEvent,
  type RecordedEvent,
  type RecordEnd,
  recordedStatuses,
} from '../../../src/app/registry/record/record.ts';

const ann = { who: 'ann@laptop', tool: 'deltatrain 0.2.0, command line' };

function recordOf(...happenings: readonly Partial<Happening>[]): RecordedEvent[] {
  let end: RecordEnd = null;
  return happenings.map((one, i) => {
    const happening: Happening = { what: 'model.noted', subject: 'weather/m1', details: {}, why: '', ...one };
    const event = nextEvent(end, happening, ann, `2026-01-0${i + 1}T00:00:00.000Z`);
    end = event;
    return event;
  });
}

const five = (): RecordedEvent[] => recordOf({ why: 'a' }, { why: 'b' }, { details: { rows: 3 } }, {}, { why: 'e' });

test('a record that nobody touched holds', () => {
  expect(brokenLink(five())).toBe(null);
  expect(brokenLink([])).toBe(null);
});

test('a row comes back as it was written', () => {
  const [event] = recordOf({ details: { z: 1, a: 'x', m: null, b: true }, why: 'because "so"' });
  const values = event && insertEvent(event).values;
  expect(eventOfRow(values ?? [])).toEqual(event);
  expect(brokenLink([eventOfRow(values ?? [])])).toBe(null);
});

const changes: readonly (readonly [keyof RecordedEvent, unknown])[] = [
  ['at', '2026-01-09T00:00:00.000Z'],
  ['who', 'ben@desk'],
  ['tool', 'other'],
  ['what', 'model.archived'],
  ['subject', 'weather/m2'],
  ['details', { rows: 4 }],
  ['why', 'another reason'],
  ['before', null],
  ['hash', 'f'.repeat(64)],
];

test.each(changes)('a changed %s breaks the link of its event', (field, value) => {
  const record = five();
  const broken = record.map((event) => (event.seq === 3 ? { ...event, [field]: value } : event));
  expect(brokenLink(broken)).toEqual({ seq: 3, reason: 'changed' });
});

test('an event that was taken out, slipped in or moved is found', () => {
  const record = five();
  expect(brokenLink(record.filter(({ seq }) => seq !== 2))).toEqual({ seq: 2, reason: 'missing' });
  expect(brokenLink(record.slice(1))).toEqual({ seq: 1, reason: 'missing' });
  const [first, second, ...rest] = record;
  expect(brokenLink([second, first, ...rest].filter((one) => one !== undefined))).toMatchObject({ seq: 1 });
  // Whoever makes a row anew with its own right hash has to make every later one anew too.
  const forged = second && { ...nextEvent(first ?? null, { ...second, why: 'forged' }, ann, second.at) };
  expect(brokenLink([first, forged, ...rest].filter((one) => one !== undefined))).toEqual({ seq: 3, reason: 'before' });
});

test('what another hand wrote in no form of ours is a changed event, not a crash', () => {
  const [event] = recordOf({});
  const values = event && [...insertEvent(event).values];
  for (const [column, value] of [
    [6, '[1, 2'],
    [6, '[]'],
    [6, 'null'],
    [4, null],
    [9, null],
  ] as const) {
    const row = (values ?? []).map((one, i) => (i === column ? value : one));
    expect(brokenLink([eventOfRow(row)])).toMatchObject({ seq: 1, reason: 'changed' });
  }
});

test('the record tells what each model is by now', () => {
  const record = recordOf(
    { what: 'model.registered', subject: 'w/m1', details: { status: 'candidate' } },
    { what: 'model.promoted', subject: 'w/m1', details: { replaced: null } },
    { what: 'model.registered', subject: 'w/m2', details: { status: 'rejected' } },
    { what: 'model.registered', subject: 'w/m3', details: { status: 'candidate' } },
    { what: 'model.promoted', subject: 'w/m3', details: { replaced: 'w/m1' } },
    { what: 'model.archived', subject: 'w/m2' },
    { what: 'data.restored', subject: 'shop.t' },
  );
  expect(Object.fromEntries(recordedStatuses(record))).toEqual({
    'w/m1': 'candidate',
    'w/m2': 'archived',
    'w/m3': 'promoted',
  });
});
