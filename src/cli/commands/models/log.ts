/** `log`: what happened to models and data, from the record; `--verify` holds it against itself and the models. */
import { isRowDetail } from '../../../app/registry/record/keptRows.ts';
import type { RecordedEvent } from '../../../app/registry/record/record.ts';
import {
  type FoundProblem,
  type FoundRow,
  type Verification,
  verifyRecord,
} from '../../../app/registry/record/verifyRecord.ts';
import { later, say } from '../../../base/say.ts';
import type { Command } from '../command.ts';
import { registries, withFrame } from './trainingFrame.ts';
import { tableText } from './trainingText.ts';

const detailText = (details: RecordedEvent['details']): string =>
  Object.entries(details)
    .filter(([name, value]) => value !== null && value !== '' && !isRowDetail(name))
    .map(([name, value]) => `${name} ${String(value).slice(0, 24)}`)
    .join(', ');

function eventsText(events: readonly RecordedEvent[]): string {
  if (events.length === 0) return say('Nothing is recorded yet.');
  const rows = events.map(({ seq, at, who, what, subject, details, why }) => [
    String(seq),
    at.replace('T', ' ').slice(0, 19),
    who,
    what,
    subject,
    why === '' ? detailText(details) : `${detailText(details)} “${why}”`.trim(),
  ]);
  return tableText([say('no.'), say('when (UTC)'), say('who'), say('what'), say('of'), say('details')], rows);
}

function problemText({ model, problem, recorded, found }: FoundProblem): string {
  switch (problem) {
    case 'changed':
      return say('{0}: its row was changed by another hand since it was registered.', model);
    case 'status':
      return say('{0}: it is {1}, and by the record it is {2}.', model, found ?? '', recorded ?? '');
    case 'unrecorded':
      return say('{0}: the record does not know it.', model);
    case 'gone':
      return say('{0}: the record knows it ({1}), and it is gone.', model, recorded ?? '');
  }
}

function brokenText(broken: NonNullable<Verification['broken']>): string {
  switch (broken.reason) {
    case 'changed':
      return say('Event {0} was changed: its hash is not that of what it says.', broken.seq);
    case 'missing':
      return say('Event {0} is missing.', broken.seq);
    case 'before':
      return say('Event {0} does not follow on the one before it.', broken.seq);
  }
}

const rowOf = ({ table, id, of }: FoundRow): string => {
  switch (table) {
    case 'judgements':
      return say('What was said of the data of {0}', of);
    case 'facts':
      return say('The facts that {0} was judged by', of);
    case 'settled':
      return say('Why {0} is what it is ({1})', of, id);
    case 'approvals':
      return say('Approval {1} of "{0}"', of, id);
    case 'exclusions':
      return say('Exclusion {1} of "{0}"', of, id);
    case 'restores':
      return say('The restore {0}', id);
  }
};

function rowText(found: FoundRow): string {
  switch (found.problem) {
    case 'changed':
      return say('{0}: it was changed by another hand.', rowOf(found));
    case 'unrecorded':
      return say('{0}: the record does not know it.', rowOf(found));
    case 'gone':
      return say('{0}: the record knows it, and it is gone.', rowOf(found));
  }
}

function verificationText({ ok, events, lastHash, broken, models, rows }: Verification): string {
  const last =
    lastHash === null
      ? ''
      : ` ${say('The last one has the hash {0}: keep it elsewhere, and a record that was cut off at its end can be told.', lastHash)}`;
  if (ok)
    return `${events === 1 ? say('The record holds: 1 event.') : say('The record holds: {0} events.', events)}${last}`;
  return [...(broken ? [brokenText(broken)] : []), ...models.map(problemText), ...rows.map(rowText)].join('\n');
}

/** Exit 3 where `--verify` finds a broken link, or a model that another hand changed. */
export const logCommand: Command = {
  name: 'log',
  usage: '[--verify]',
  summary: later('Show what happened to models and data: who, when, with what, and why'),
  options: {
    verify: {
      type: 'boolean',
      about: later('Hold the record against itself and the models; exit 3 where something was changed by another hand'),
    },
  },
  takes: [0, 0],
  run: (invocation) =>
    withFrame(invocation, async (frame) => {
      const all = await registries(frame);
      if (!invocation.has('verify')) {
        const events: RecordedEvent[] = [];
        for (const registry of all) events.push(...(await registry.record.events()));
        invocation.output.document(events, () => eventsText(events));
        return 0;
      }
      const found: Verification[] = [];
      for (const registry of all) found.push(await verifyRecord(registry));
      const bad = found.find(({ ok }) => !ok);
      invocation.output.document(bad ?? found[0] ?? null, () => found.map(verificationText).join('\n'));
      return bad ? 3 : 0;
    }),
};
