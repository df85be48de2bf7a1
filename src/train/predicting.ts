/** A stored model asked about rows, page by page, with what it met in them that it was not trained on. */
import { throwIfCancelled } from '../base/failure.ts';
import type { Answers } from '../data/learner.ts';
import type { RowPage } from '../data/page.ts';
import type { AnswerPage, PredictEnd, PredictJob } from '../data/predicting/predicting.ts';
import { sideNumbers, type RowForm } from '../data/trainPage.ts';
import { InputNotes } from './encode/inputNotes.ts';
import { bestClass } from './kernel/bestClass.ts';
import { probabilitiesOf } from './measure/probabilities.ts';
import type { Learners } from './models/table.ts';
import { KeptRows } from './rows/keptRows.ts';
import { openModel, type Party } from './stored.ts';

/** Rows [from, from + rows) of the answers. */
function pageOf(answers: Answers, temperature: number, from: number, rows: number): AnswerPage {
  if (answers.kind === 'values')
    return { rows, best: null, probabilities: null, values: answers.values.slice(from, from + rows) };
  const { classes } = answers;
  const scores = { ...answers, values: answers.values.subarray(from * classes, (from + rows) * classes) };
  return {
    rows,
    best: Uint32Array.from({ length: rows }, (_, i) => bestClass(scores.values, i, classes)),
    probabilities: probabilitiesOf(scores, temperature),
    values: null,
  };
}

/** The rows of some pages, coded as the model reads them. */
function coded({ coder }: Party, pages: readonly RowPage[]): KeptRows<RowForm> {
  const rows = new KeptRows<RowForm>(coder.form, coder.layout);
  for (const page of pages) {
    const chosen = Array.from({ length: page.rows }, (_, row) => ({ row, label: -1 }));
    rows.add(coder.code(page, chosen, 'class', sideNumbers.test));
  }
  return rows;
}

async function* answered(
  party: Party,
  pages: readonly RowPage[],
  signal: AbortSignal,
): AsyncGenerator<AnswerPage, void> {
  if (pages.length === 0) return;
  const answers = await party.learner.predict(party.model, coded(party, pages), signal);
  let from = 0;
  for (const { rows } of pages) {
    yield pageOf(answers, party.temperature, from, rows);
    from += rows;
  }
}

/** As `Trainer.predict` says: pages are answered one by one, or as many together as the learner wants to be asked about. */
export async function* predictRows(
  learners: Learners,
  job: PredictJob,
  pages: (signal: AbortSignal) => AsyncGenerator<RowPage, void>,
  signal: AbortSignal,
): AsyncGenerator<AnswerPage, PredictEnd> {
  const party = openModel(learners, job.artifact, job.name);
  const notes = new InputNotes(party.coder.state);
  const together = party.learner.askedTogether ?? 1;
  let waiting: RowPage[] = [];
  let held = 0;
  let rows = 0;
  for await (const page of pages(signal)) {
    throwIfCancelled(signal);
    if (page.rows === 0) continue;
    notes.see(page);
    rows += page.rows;
    waiting.push(page);
    held += page.rows;
    if (held < together) continue;
    yield* answered(party, waiting, signal);
    waiting = [];
    held = 0;
  }
  yield* answered(party, waiting, signal);
  return { rows, columns: notes.told() };
}
