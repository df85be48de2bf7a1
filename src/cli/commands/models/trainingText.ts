/** Runs, models and matrices as a person reads them in a terminal. */
import { say, together } from '../../../base/say.ts';
import type { DataDocument, ModelDocument, TrainDocument, TrainedDocument } from '../../../app/registry/documents.ts';
import type { Matrix } from '../../../app/models/evaluateMatrix.ts';
import type { Reproduction } from '../../../app/models/reproduce.ts';
import type { GuardResult, PairedTest, SliceResult } from '../../../data/trainer.ts';
import { lineOf, widthsOf } from '../../terminal/textTable.ts';
import { countText, deltaText, differenceText, shareText, testRowsText } from '../../../words/numbers.ts';
import { settledText } from '../../../app/registry/judged/settledText.ts';
import { dataWord } from '../../../words/judgement.ts';
import { statusWord, verdictWord } from '../../../words/verdicts.ts';
import { measureName, measureText, metricText, metricValueText, qualityText } from '../../../words/measures.ts';
import { besideLines, pairLines } from '../../../words/measuresBeside.ts';
import { toParent } from '../../../words/finding.ts';
import { toParentText } from '../../../words/findingText.ts';
import { durationText, momentText } from '../../../words/times.ts';

/** Lines under a title, their first words as wide as the widest. */
export function textBlock(title: string, lines: readonly (readonly [name: string, text: string])[]): string {
  const width = Math.max(0, ...lines.map(([name]) => name.length));
  return [title, ...lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)].join('\n');
}

/** Changed and replayed rows and samples seen against those of a full retrain. */
function rowsText(rows: Omit<TrainedDocument['rows'], 'visits' | 'fullVisits'>, kind: TrainedDocument['kind']): string {
  const seen = say('{0} samples seen', countText(rows.seen));
  if (kind === 'full') return say('every row, {0}', seen);
  return say(
    '{0} changed + {1} replayed rows, {2} (a full retrain: up to {3})',
    countText(rows.delta),
    countText(rows.replayed),
    seen,
    countText(rows.fullSeen),
  );
}

const pairText = (pair: PairedTest | null): string => (pair ? differenceText(pair.difference) : '–');

function toParentCell(guard: GuardResult): string {
  const found = toParent(guard);
  return found ? toParentText(found.test, guard) : '–';
}

/**
 * A slice beside the parent: on rows that are as they were, as on the others it is the data that may have changed. Of models that were
 * judged on the labels as they were and as they are, both.
 */
function slicePairs({ onParent, onSnapshot, unchanged }: SliceResult): string | null {
  if (unchanged)
    return say('{0} to the parent on {1} that did not change', pairText(unchanged), testRowsText(unchanged.n));
  if (!onSnapshot) return null;
  if (unchanged === null) return say('none of them as it was at the parent’s snapshot');
  return say('{0} to the parent, {1} on its labels', pairText(onSnapshot), pairText(onParent));
}

/** A slice in one line; `judged` false: too few rows to say anything. */
function sliceText(slice: SliceResult): string {
  const { column, value, n, accuracy, judged } = slice;
  const own = say('{0} = {1}: {2} on {3}', column, value, shareText(accuracy), testRowsText(n));
  const pairs = slicePairs(slice);
  return together(pairs ? `${own}, ${pairs}` : own, judged ? null : say('(too few to judge)'));
}

const exactLine = (exact: string | null): (readonly [string, string])[] =>
  exact === null ? [] : [[say('exact'), exact]];

/** The verdict on the data in a line, then each reason and note. `held`: what it means that they are suspect. */
export function dataLines(data: DataDocument | null, held: string | null = null): (readonly [string, string])[] {
  if (!data || data.verdict === 'none') return [];
  const word = dataWord(data.verdict);
  return [
    [say('data check'), together(`${word}.`, data.verdict === 'suspect' ? held : data.sentence)],
    ...data.reasons.map(({ sentence }) => [say('reason'), sentence] as const),
    ...data.groups.map(({ sentence }) => [say('suspects'), sentence] as const),
    ...data.notes.map(({ sentence }) => [say('note'), sentence] as const),
  ];
}

const heldText = (status: string): string | null =>
  status === 'held' ? say('Nothing is trained on top of it until a person has settled it.') : null;

/** The way out of a held model that says yes; the other ways are commands on its data. */
function approveLines({
  model,
  status,
  data,
}: Pick<TrainedDocument, 'model' | 'status' | 'data'>): (readonly [string, string])[] {
  if (status !== 'held' || !data?.hash) return [];
  return [[say('to approve'), say('deltatrain model approve {0} --reasons {1}', model, data.hash)]];
}

export function trainText(document: TrainDocument): string {
  if (document.model === null)
    return textBlock(document.sentence, [
      ...dataLines(document.data ?? null),
      ...document.notes.map((note) => ['note', note] as const),
    ]);
  if (!('weightsSha256' in document))
    return textBlock(`${document.model}  ${statusWord(document.status)}`, [
      [say('same'), document.sentence],
      ...dataLines(document.data, heldText(document.status)),
      ...approveLines(document),
      ...document.notes.map((note) => [say('note'), note] as const),
    ]);
  const { guard, delta, slices, notes } = document;
  const from = document.baseSnapshot ? `${document.baseSnapshot} → ${document.snapshot}` : document.snapshot;
  return textBlock(`${document.model}  ${document.status}`, [
    [say('data'), `${from}${delta ? `, ${deltaText(delta)}` : ''}`],
    [say('trained'), `${rowsText(document.rows, document.kind)}, ${durationText(document.seconds)}`],
    [measureName(document.metrics), measureText(document.metrics)],
    ...besideLines(document.metrics),
    ...dataLines(document.data, heldText(document.status)),
    [say('quality gate'), `${verdictWord(guard.verdict)}. ${guard.sentence}`],
    ...pairLines(guard, document.metrics),
    ...approveLines(document),
    ...exactLine(document.exact),
    ...slices.map((slice) => [say('slice'), sliceText(slice)] as const),
    ...notes.map((note) => [say('note'), note] as const),
    [say('weights'), document.weightsSha256],
  ]);
}

function settledLines({ settled }: ModelDocument): (readonly [string, string])[] {
  if (!settled) return [];
  const { reason, cause, note, who, at } = settled;
  const by = say('{0}, by {1} at {2}', settledText(reason, cause), who, momentText(at));
  return [[say('status'), note === '' ? by : `${by}: “${note}”`]];
}

export function modelText(document: ModelDocument): string {
  const { baseSnapshot, snapshot, delta, cost, guard, metrics } = document;
  const from = baseSnapshot ? `${baseSnapshot.name} → ${snapshot.name}` : snapshot.name;
  const hand = document.changed ? say(' – its row was changed by another hand since it was registered') : '';
  return textBlock(`${document.model}  ${document.status}${hand}`, [
    [say('table'), say('{0}, {1} rows', document.table, countText(document.rows))],
    [say('data'), `${from}${delta ? `, ${deltaText(delta)}` : ''}`],
    [say('parent'), document.parent ?? '–'],
    [say('trained'), rowsText({ ...cost.rows, seen: cost.seen, fullSeen: cost.fullSeen }, document.kind)],
    [measureName(metrics), measureText(metrics)],
    ...besideLines(metrics),
    [
      say('quality gate'),
      together(
        `${verdictWord(guard.verdict)}.`,
        guard.verdict !== 'none' && guard.sentence,
        guard.relabelled > 0 && say('Test rows that have another label now: {0}.', countText(guard.relabelled)),
      ),
    ],
    ...pairLines(guard, metrics),
    ...dataLines(document.data, heldText(document.status)),
    ...settledLines(document),
    ...approveLines(document),
    ...exactLine(document.exact),
    [say('classes'), document.classes.join(', ')],
    ...(document.note ? [[say('note'), document.note] as const] : []),
    [say('seed'), String(document.seed)],
    [say('weights'), document.weightsSha256],
    [say('artifact'), say('{0}, {1} bytes', document.artifactSha256, countText(document.artifactBytes))],
    [say('kernel'), document.kernelSha256],
    [say('made'), say('{0} by {1}, DeltaTrain {2}', document.madeAt, document.madeBy, document.toolVersion)],
  ]);
}

/** Columns as wide as their widest cell; numbers to the right. */
export function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = widthsOf(head, rows);
  const isNumber = (text: string): boolean => /^[−+±.\d,–]+$/.test(text);
  return [head, ...rows].map((row) => lineOf(row, widths, isNumber)).join('\n');
}

export function modelListText(documents: readonly ModelDocument[]): string {
  if (documents.length === 0) return say('No models yet.');
  return tableText(
    [
      say('model'),
      say('status'),
      say('kind'),
      say('accuracy'),
      say('to parent'),
      say('snapshot'),
      say('delta'),
      say('rows'),
    ],
    documents.map((one) => [
      one.model,
      `${one.status}${one.changed ? ` ${say('(changed by another hand)')}` : ''}`,
      one.kind,
      qualityText(one.metrics),
      toParentCell(one.guard),
      one.snapshot.name,
      one.delta ? deltaText(one.delta) : '–',
      countText(one.rows),
    ]),
  );
}

export function matrixText(matrix: Matrix): string {
  if (matrix.models.length === 0) return say('No models yet.');
  const { accuracy, by = matrix.metric, values = accuracy } = matrix;
  const cell = (value: number | null): string => (value === null ? '–' : metricValueText(by, value));
  const why = [...new Set(matrix.missing.flat().filter((sentence) => sentence !== null))];
  return [
    tableText(
      [metricText(by), ...matrix.versions],
      matrix.models.map((model, m) => [model, ...(values[m] ?? []).map(cell)]),
    ),
    ...why,
  ].join('\n');
}

const inFullText = ({ model, identical, weightsSha256, expected }: Reproduction): string =>
  identical
    ? say('A full fit on every row with the encoder of {0} gives the same weights ({1}).', model, weightsSha256)
    : say(
        'A full fit with the encoder of {0} gives other weights: {1} instead of {2}.',
        model,
        weightsSha256,
        expected,
      );

export const reproductionText = (one: Reproduction): string =>
  one.inFull
    ? inFullText(one)
    : one.identical
      ? say(
          '{0} was made again, {1}: the same weights ({2}).',
          one.model,
          one.steps === 1 ? say('one step') : say('{0} steps', one.steps),
          one.weightsSha256,
        )
      : say(
          '{0} was made again, but with other weights: {1} instead of {2}.',
          one.model,
          one.weightsSha256,
          one.expected,
        );
