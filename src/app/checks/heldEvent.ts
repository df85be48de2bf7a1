/** What the program is told that a training runs when a model is held: docs/checks.md has the document. */
import { type Model, modelText } from '../../data/model.ts';
import type { RunOutcome } from '../../data/run.ts';
import { dataDocument } from '../registry/documents.ts';
import { judgementNames } from '../../words/outcomeText.ts';

/** The document, version 1. Fields are added, never taken away. */
export interface HeldEvent {
  readonly version: 1;
  readonly event: 'held';
  readonly training: string;
  readonly table: string;
  readonly model: string;
  readonly parent: string | null;
  readonly baseSnapshot: string | null;
  readonly snapshot: string;
  /** The weightiest reason. */
  readonly sentence: string;
  readonly reasons: readonly string[];
  /** Groups of rows that cost most. */
  readonly groups: readonly string[];
  /** By which `model approve` knows them; null where there is nothing to approve. */
  readonly hash: string | null;
}

function eventOf(model: Model): HeldEvent {
  const { training, parent, judgement } = model;
  const data = judgement && dataDocument(judgement, judgementNames(model));
  return {
    version: 1,
    event: 'held',
    training,
    table: model.table,
    model: modelText(model),
    parent: parent === null ? null : modelText({ training, number: parent }),
    baseSnapshot: model.base?.name ?? null,
    snapshot: model.snapshot.name,
    sentence: data?.sentence ?? '',
    reasons: data?.reasons.map(({ sentence }) => sentence) ?? [],
    groups: data?.groups.map(({ sentence }) => sentence) ?? [],
    hash: data?.hash ?? null,
  };
}

/** Null of a run that held nothing, and of one whose changes were held already: those were told of. */
export const heldEvent = ({ model, reason }: RunOutcome): HeldEvent | null =>
  model !== null && reason === null && model.status === 'held' ? eventOf(model) : null;
