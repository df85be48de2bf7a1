/** `trainer check`: tries the program that a training names on rows that are made up. */
import { trainingOf } from '../../../app/config/config.ts';
import { chooseLearner } from '../../../app/config/learners.ts';
import { tryLearner } from '../../../app/training/trial/trial.ts';
import { Failure } from '../../../base/failure.ts';
import { later, say } from '../../../base/say.ts';
import type { Command } from '../command.ts';
import { allowTrainerOption, withFrame } from '../models/trainingFrame.ts';

/** `deltatrain trainer check`; it ends in 3 where something does not hold. */
export const trainerCheck: Command = {
  name: 'trainer check',
  usage: 'NAME [--allow-trainer]',
  summary: later('Try the program that a training names as its trainer, on rows that are made up'),
  options: { 'allow-trainer': allowTrainerOption },
  takes: [1, 1],
  run: (invocation) =>
    withFrame(invocation, async (frame) => {
      const { output, positionals } = invocation;
      const [name = ''] = positionals;
      const written = trainingOf(frame.config(), name);
      if (typeof written.learner !== 'object')
        throw new Failure('usage.wrong', { message: say('The learner of "{0}" is no program.', name) });
      const task = written.task ?? 'classification';
      const learner = chooseLearner(name, { learner: written.learner }, task);
      const steps = await tryLearner(learner, task, frame.trainer, frame.signal);
      const ok = steps.every((one) => one.ok);
      output.document({ training: name, command: written.learner.command, task, ok, steps }, () =>
        steps.map((one) => `${one.ok ? 'ok  ' : 'FAIL'} ${one.what}: ${one.sentence}`).join('\n'),
      );
      return ok ? 0 : 3;
    }),
};
