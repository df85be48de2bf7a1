/** What the page of a training asks that a command does too: with the command's own questions and messages. */
import type { TrainingContract } from '../../protocol/panelContracts.ts';
import type { Answers } from '../../protocol/rpc.ts';
import type { Target } from '../tree/target.ts';
import { orNull } from './gridAnswers.ts';
import type { PanelActs } from './panelActs.ts';

type Told = 'model/promote' | 'model/archive' | 'model/approve' | 'rows/show' | 'training/edit';
type Asked = 'model/revert' | 'model/without' | 'snapshot/restore' | 'snapshot/create';

/** `target`: the training that the page is of; `acts`: loaded when the first is asked for. */
export function actAnswers(
  acts: () => Promise<PanelActs>,
  target: () => Target,
): Pick<Answers<TrainingContract>, Told | Asked> {
  const told = async (act: (acts: PanelActs) => Promise<void>): Promise<null> => {
    await act(await acts());
    return null;
  };
  return {
    'model/promote': ({ model }) => told((to) => to.promote({ ...target(), model })),
    'model/archive': ({ model }) => told((to) => to.archive({ ...target(), model })),
    'model/approve': ({ model, hash }) => told((to) => to.approve({ ...target(), model }, hash)),
    'model/revert': ({ model, group }) => orNull(async () => (await acts()).revert({ ...target(), model }, group)),
    'model/without': ({ model, group }) =>
      orNull(async () => (await acts()).trainWithout({ ...target(), model }, group)),
    'snapshot/restore': ({ snapshot }) => orNull(async () => (await acts()).restore({ ...target(), snapshot })),
    'snapshot/create': () => orNull(async () => ({ snapshot: await (await acts()).createSnapshot(target()) })),
    'rows/show': ({ snapshot, column, value }) =>
      told((to) => to.showRows({ ...target(), snapshot }, column === null ? [] : [{ column, value }])),
    'training/edit': () => told((to) => to.editTraining(target())),
  };
}
