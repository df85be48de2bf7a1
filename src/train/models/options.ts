/** The options of a learner, held against its schema, and read one by one. */
import { say } from '../../base/say.ts';
import { Failure } from '../../base/failure.ts';
import type { OptionRules, OptionSchema } from '../../data/learner.ts';
import type { LearnerOptions, OptionValue } from '../../data/training.ts';

const typeOf = (value: OptionValue): string => (Array.isArray(value) ? 'array' : typeof value);

function within(schema: OptionSchema, value: number): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  return (
    Number.isFinite(value) &&
    (minimum === undefined || value >= minimum) &&
    (maximum === undefined || value <= maximum) &&
    (exclusiveMinimum === undefined || value > exclusiveMinimum) &&
    (exclusiveMaximum === undefined || value < exclusiveMaximum)
  );
}

function fits(schema: OptionSchema, value: OptionValue): boolean {
  const { type, items } = schema;
  if (schema.enum) return typeof value === 'string' && schema.enum.includes(value);
  if (type === 'integer' ? !Number.isInteger(value) : type !== undefined && typeOf(value) !== type) return false;
  if (Array.isArray(value)) return items === undefined || value.every((item: OptionValue) => fits(items, item));
  return typeof value !== 'number' || within(schema, value);
}

/** Refuses options that are not exactly the learner's, each within its schema: `plan.unsupported`, naming the first. */
export function requireOptions(learner: string, { properties, defaults }: OptionRules, options: LearnerOptions): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(properties, name));
  if (unknown !== undefined)
    throw new Failure('plan.unsupported', { what: say('The learner "{0}" has no option "{1}".', learner, unknown) });
  for (const [name, schema] of Object.entries(properties)) {
    const value = options[name];
    // An option that is left out where a rule decides.
    if (value === null && defaults[name] === null) continue;
    if (value === undefined || !fits(schema, value))
      throw new Failure('plan.unsupported', {
        what: say('"{0}" of the learner "{1}" cannot be {2}.', name, learner, JSON.stringify(value ?? null)),
      });
  }
}

/** Reads options that were checked: a value of another type is a bug. */
export const optionReader = (options: LearnerOptions) => {
  const broken = (name: string): Error => new Error(`Broken invariant: the option "${name}" was not checked`);
  const number = (name: string): number => {
    const value = options[name];
    if (typeof value !== 'number') throw broken(name);
    return value;
  };
  const numbers = (name: string): number[] => {
    const value = options[name];
    if (!Array.isArray(value)) throw broken(name);
    return value.map((item: OptionValue) => {
      if (typeof item !== 'number') throw broken(name);
      return item;
    });
  };
  const numberOrNull = (name: string): number | null => (options[name] === null ? null : number(name));
  return { number, numbers, numberOrNull };
};
