/** Consent on the command line: `--confirm NAME` on production, where `--yes` is not enough. */
import { Failure } from '../base/failure.ts';
import type { Environment } from '../app/config.ts';
import type { Invocation } from './command.ts';

export const confirmOption = { confirm: { type: 'string' } } as const;

/** On production: `confirm.needed` unless the name of what is changed was given. Elsewhere nothing. */
export function requireOnProduction(
  environment: Environment,
  confirmed: string | undefined,
  what: string,
  name: string,
): void {
  if (environment !== 'production' || (confirmed !== undefined && confirmed === name)) return;
  throw new Failure('confirm.needed', {
    what,
    how: `this is production; add --confirm ${name === '' ? 'with the name of what it changes' : name}`,
  });
}

export const confirmedName = (invocation: Invocation): string | undefined => invocation.option('confirm');
