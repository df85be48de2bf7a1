/** A table whose training is written, or changed: what the form shows, and what is done with its answers. */
import { withTrainingFields } from '../../app/config/configEdits.ts';
import { learnerNames } from '../../app/config/learners.ts';
import type { FormFacts } from '../../app/form/checkAnswers.ts';
import { proposeColumns } from '../../app/form/proposeAnswers.ts';
import { answersOf, usualAnswers, writtenFields } from '../../app/form/writtenTraining.ts';
import { type TableInfo, type TableName, tableText } from '../../data/table.ts';
import type { TableProfile } from '../../protocol/engine.ts';
import { asFound, type FormAnswers, type FormColumn, type FormState } from '../../protocol/form.ts';
import { freeName, isSameHome } from '../connections/newStore.ts';
import type { Session } from '../connections/session.ts';
import type { ConfiguredTraining } from '../connections/trainings.ts';
import type { FormParts, FormSubject } from './formParts.ts';
import { homeToWrite } from './homeToWrite.ts';
import { shownFirst } from './shownFile.ts';
import { trainNow } from './trainNow.ts';

const columnsOf = ({ columns, sample }: TableProfile): FormColumn[] =>
  columns.map(({ name, type, unique, distinct, empty }, c) => ({
    name,
    type,
    typeCanChange: false,
    unique,
    distinct,
    empty,
    first: shownFirst(sample, c),
  }));

/** `configured`: the training that is changed; null where a new one is written. */
interface TrainingOf {
  readonly session: Session;
  readonly info: TableInfo;
  readonly configured: ConfiguredTraining | null;
}

export class TrainingSubject implements FormSubject {
  readonly #parts: FormParts;
  readonly #of: TrainingOf;
  readonly state: Omit<FormState, 'findings'>;
  readonly id: string;

  private constructor(parts: FormParts, of: TrainingOf, state: Omit<FormState, 'findings'>) {
    this.#parts = parts;
    this.#of = of;
    this.state = state;
    const { session, configured, info } = of;
    this.id = JSON.stringify([session.connection.id, configured?.name ?? null, tableText(info.name)]);
  }

  static async read(
    parts: FormParts,
    session: Session,
    table: TableName,
    configured: ConfiguredTraining | null,
    signal: AbortSignal,
  ): Promise<TrainingSubject> {
    const info = await session.store.table(table);
    const looked = await session.engine.call('table/profile', { table }, signal);
    const columns = columnsOf(looked);
    const taken = (await parts.trainings.list()).map(({ name }) => name);
    const proposed = proposeColumns(columns, [info.key], looked.rows);
    const store = session.connection.id;
    const answers: FormAnswers = configured
      ? answersOf(configured.name, configured.written, {
          store,
          key: info.key,
          features: await this.#features(parts, configured),
        })
      : {
          store,
          table: tableText(table),
          mode: 'upsert',
          types: {},
          reading: asFound,
          ...proposed,
          name: freeName(table.table, taken),
          ...usualAnswers,
        };
    return new TrainingSubject(
      parts,
      { session, info, configured },
      {
        kind: 'training',
        title: configured?.name ?? table.table,
        notes: [],
        place: `${store} › ${tableText(table)}`,
        rows: looked.rows,
        whole: looked.whole,
        columns,
        dialect: null,
        stores: [],
        types: [],
        learners: learnerNames,
        answers,
      },
    );
  }

  /** Those that hold now; none where the training cannot be run as it is written, which the form is there to mend. */
  static async #features({ trainings }: FormParts, configured: ConfiguredTraining): Promise<readonly string[]> {
    if (configured.written.features) return configured.written.features;
    return trainings.open(configured).then(
      ({ training }) => training.features,
      () => [],
    );
  }

  async facts(): Promise<FormFacts & { trainings: readonly string[] }> {
    const { session, configured, info } = this.#of;
    const home = homeToWrite(this.#parts.connections, session.connection);
    const others = (await this.#parts.trainings.list()).filter(
      (one) => isSameHome(one.home, home) && one.name !== configured?.name,
    );
    return {
      kind: 'training',
      columns: this.state.columns,
      whole: this.state.whole,
      rows: this.state.rows,
      keys: [info.key],
      asked: null,
      table: info,
      taken: others.map(({ name }) => name),
      trainings: configured ? [configured.name] : [],
    };
  }

  async submit(answers: FormAnswers, train: boolean): Promise<() => unknown> {
    const { connections } = this.#parts;
    const { session, configured, info } = this.#of;
    const home = configured?.home ?? homeToWrite(connections, session.connection);
    const name = configured?.name ?? answers.name.trim();
    const of = { connection: session.connection.name, key: info.key };
    const fields = writtenFields(answers, of, configured?.written ?? null);
    await connections.homes.edit(home, (text) => withTrainingFields(text, name, fields));
    connections.noticeChange(session.connection.id);
    return () => (train ? trainNow(this.#parts, session, name) : undefined);
  }
}
