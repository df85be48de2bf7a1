/** JSON that stands in the registry's rows: another program may have written anything there, which is damage and no bug of ours. */
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';

const damaged = (table: string): Failure =>
  new Failure('store.damaged', {
    store: say('The registry'),
    detail: say('{0} holds a row that DeltaTrain does not write', table),
    backup: null,
  });

/** `table`: as in `deltatrain.models`. `kind`: what it must be; `nothing` where it may be null. Fails with `store.damaged`. */
export function keptJson<T>(text: string, table: string, kind: 'object' | 'array' | 'nothing' = 'object'): T {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(table);
    throw error;
  }
  const isRight =
    found === null ? kind === 'nothing' : typeof found === 'object' && Array.isArray(found) === (kind === 'array');
  if (!isRight) throw damaged(table);
  return found as T;
}
