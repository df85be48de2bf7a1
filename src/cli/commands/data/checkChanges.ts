/** `diff --check`: what a model can say of the changes before anything is trained on them. */
import { checkDelta, checkedNames, judgementOf } from '../../../app/models/checkDelta.ts';
import { type DataDocument, dataDocument } from '../../../app/registry/documents.ts';
import { Failure } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import { modelText } from '../../../data/model.ts';
import type { Store } from '../../../data/store.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import type { Version } from '../../../data/version.ts';
import type { Invocation } from '../command.ts';
import { openTraining, withFrame } from '../models/trainingFrame.ts';
import { dataLines, textBlock } from '../models/trainingText.ts';

/** What was asked for: a training by its name, and the two versions; no older one means that of its newest model. */
export interface CheckAsked {
  readonly name: string;
  readonly table: TableName;
  readonly from: string | undefined;
  readonly to: Version;
}

/** What was said. `from`: the older snapshot. */
export interface CheckedChanges {
  readonly model: string;
  readonly from: string;
  readonly data: DataDocument;
  /** In whole sentences. */
  readonly leaks: readonly string[];
}

/** Who was asked, and what was said, in lines. */
export const checkedText = ({ model, data, leaks }: CheckedChanges): string =>
  [
    data.verdict === 'none'
      ? say('{0}: {1}', model, data.sentence)
      : textBlock(say('As {0} sees it', model), dataLines(data)),
    ...leaks,
  ].join('\n');

/** Checks, and goes on with the store of the training's table. `usage.wrong` where the training is of another table. */
export const checkChanges = (
  invocation: Invocation,
  { name, table, from, to }: CheckAsked,
  goOn: (store: Store, checked: CheckedChanges) => Promise<number>,
): Promise<number> =>
  withFrame(invocation, async (frame) => {
    const { training, workbench } = await openTraining(frame, name);
    const own = tableText(training.table);
    if (own !== tableText(table))
      throw new Failure('usage.wrong', {
        message: say('--check {0}: that training is of {1}, not of {2}.', name, own, tableText(table)),
      });
    const checked = await checkDelta({ training, from: from ?? null, to }, workbench, frame.signal);
    const data = dataDocument(judgementOf(checked), checkedNames(checked));
    return goOn(workbench.store, {
      model: modelText(checked.model),
      from: checked.from.name,
      data,
      leaks: checked.leaks,
    });
  });
