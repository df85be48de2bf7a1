/** Expected failures: a closed table of codes, the data each carries, and the one sentence it becomes. */
import { runFailures } from './failures/runs.ts';
import { storeFailures } from './failures/stores.ts';
import { tableFailures } from './failures/tables.ts';
import { versionFailures } from './failures/versions.ts';

/** Every expected failure of the product. A sentence says what was wrong and what to do; data is plain and crosses processes. */
const failures = { ...storeFailures, ...tableFailures, ...versionFailures, ...runFailures };

/**
 * The codes of the table above. They cross processes and stand in JSON documents: a code that was released keeps its
 * meaning.
 */
export type FailureCode = keyof typeof failures;
export type FailureData<C extends FailureCode> =
  Parameters<(typeof failures)[C]['say']> extends [infer D] ? D : undefined;

/** An expected failure. `message` is the sentence for a person; `code` and `data` are for programs. */
export class Failure<C extends FailureCode = FailureCode> extends Error {
  readonly code: C;
  readonly data: FailureData<C>;

  constructor(
    code: C,
    ...[data, options]: FailureData<C> extends undefined
      ? [data?: undefined, options?: { cause?: unknown }]
      : [data: FailureData<C>, options?: { cause?: unknown }]
  ) {
    super((failures[code].say as (d: unknown) => string)(data), options);
    this.name = 'Failure';
    this.code = code;
    this.data = data as FailureData<C>;
  }

  static is<C extends FailureCode>(error: unknown, code: C): error is Failure<C> {
    return error instanceof Failure && error.code === code;
  }
}

/** Whether a text that came from outside is a code of this version. */
export const isFailureCode = (text: string): text is FailureCode => Object.hasOwn(failures, text);

/** True when nobody heard how a statement that was sent ended, so that it must be looked at before it is sent again. */
export const mayHaveRun = (error: unknown): boolean =>
  (Failure.is(error, 'store.disconnected') && error.data.mayHaveRun) ||
  Failure.is(error, 'write.unsure') ||
  (Failure.is(error, 'store.lost') && error.data.what !== undefined);

/** Throws `Failure('cancelled')` when the signal has fired; call it between units of work. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Failure('cancelled');
}
