/** Consent on the command line: `--confirm NAME` on production, where `--yes` is not enough. */
import { say } from '../../base/say.ts';
import { Failure } from '../../base/failure.ts';
import type { Environment } from '../../app/config/config.ts';
import type { CommandOption, Invocation } from './command.ts';

/** The `--confirm` option of a command; `value` is what is typed, as the help shows it. */
export const confirmOption = (value: string): CommandOption => ({
  type: 'string',
  value,
  about: say('On production: the name of what changes, typed again'),
});

/** `confirm.needed` when another name was given than that of what changes: whoever typed it means something else. */
export function requireSameName(confirmed: string | undefined, what: string, name: string): void {
  if (confirmed === undefined || confirmed === name) return;
  const how = `--confirm says "${confirmed}", and takes the name of what changes: --confirm ${name}`;
  throw new Failure('confirm.needed', { what, how });
}

/** On production: `confirm.needed` unless the name of what changes was given. Elsewhere none need be, but no other may be. */
export function requireConsent(
  environment: Environment,
  confirmed: string | undefined,
  what: string,
  name: string,
): void {
  requireSameName(confirmed, what, name);
  if (environment !== 'production' || confirmed !== undefined) return;
  throw new Failure('confirm.needed', {
    what,
    how: say('this is production; add --confirm {0}', name === '' ? say('with the name of what it changes') : name),
  });
}

/** What was typed behind `--confirm`; the use case compares it with the name of what changes. */
export const confirmedName = (invocation: Invocation): string | undefined => invocation.option('confirm');
