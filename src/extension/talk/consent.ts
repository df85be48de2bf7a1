/** A person's yes before data change: a click, or on production the table's name in full. */
import type { Ask } from './ask.ts';
import type { Environment } from '../../app/config/config.ts';
import type { MayMigrate } from '../../app/registry/registryFormat.ts';
import { say } from '../../base/say.ts';

export interface Consent {
  readonly environment: Environment;
  /** What is typed on production: `db.table`, or the name of a snapshot or a file. */
  readonly name: string;
  readonly question: string;
  readonly detail: string;
  /** What has to be read before, a line each. */
  readonly lines?: readonly string[];
  readonly yes: string;
}

/** Ends in `cancelled` without it. */
export async function requireConsent(ask: Ask, consent: Consent): Promise<void> {
  const { environment, name, question, detail, lines = [], yes } = consent;
  // A box to type in has no room for lines, so they are shown before it.
  if (environment !== 'production' || lines.length > 0)
    await ask.confirm(question, [detail, ...lines].join('\n\n'), yes);
  if (environment !== 'production') return;
  await ask.text({
    title: `${question} ${detail} ${say('This is production: type {0} to go on.', name)}`,
    placeholder: name,
    check: (text) => (text === name ? undefined : say('Type {0}.', name)),
  });
}

/** For what runs without a question elsewhere: on production the name is typed all the same. */
export async function requireOnProduction(ask: Ask, consent: Consent): Promise<void> {
  if (consent.environment === 'production') await requireConsent(ask, consent);
}

/** Nobody who runs an older DeltaTrain can use a shared registry once it was moved forward. Ends in `cancelled` without a yes. */
export const askToMigrate =
  (ask: Ask): MayMigrate =>
  (question) =>
    ask.confirm(say('Move the registry forward?'), question.message, say('Move It Forward'));

/** A yes before a snapshot goes. `models` need it, as in `weather/m3`; `name` is typed on production. */
export const requireDeletion = (
  ask: Ask,
  of: Pick<Consent, 'environment' | 'name'> & { readonly snapshot: string; readonly models: readonly string[] },
): Promise<void> =>
  requireConsent(ask, {
    environment: of.environment,
    name: of.name,
    question: say('Delete the snapshot {0}?', of.snapshot),
    detail:
      of.models.length === 0
        ? say('Data that only it can read are gone for good.')
        : say(
            '{0} was trained on it and can then neither be explained nor reproduced nor updated on a delta.',
            of.models.join(', '),
          ),
    yes: say('Delete'),
  });
