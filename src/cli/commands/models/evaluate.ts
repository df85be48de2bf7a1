/** `evaluate`: accuracy of a training's models at each other's versions. */
import { later } from '../../../base/say.ts';
import { evaluateMatrix } from '../../../app/models/evaluateMatrix.ts';
import { Failure } from '../../../base/failure.ts';
import type { Command, Invocation } from '../command.ts';
import { openTraining, type TrainingFrame, withFrame, allowTrainerOption } from './trainingFrame.ts';
import { matrixText } from './trainingText.ts';

/** `deltatrain evaluate`: fills the matrix of models and versions; what is known already is not measured again. */
export const evaluateCommand: Command = {
  name: 'evaluate',
  usage: 'NAME [--last N] [--allow-trainer]',
  summary: later("Test a training's models on the test rows of each other's versions"),
  options: {
    last: { type: 'string', value: 'N', about: later('The newest N models alone') },
    'allow-trainer': allowTrainerOption,
  },
  takes: [1, 1],
  run: (invocation) => withFrame(invocation, (frame) => evaluate(frame, invocation)),
};

async function evaluate(frame: TrainingFrame, invocation: Invocation): Promise<number> {
  const text = invocation.option('last');
  if (text !== undefined && !/^[1-9]\d{0,5}$/.test(text))
    throw new Failure('usage.wrong', { message: `--last takes a number of models, and got "${text}".` });
  const { training, workbench } = await openTraining(frame, invocation.positionals[0] ?? '');
  const request = { training, ...(text !== undefined && { last: Number(text) }) };
  const matrix = await evaluateMatrix(request, workbench, frame.signal);
  invocation.output.document(matrix, () => matrixText(matrix));
  return 0;
}
