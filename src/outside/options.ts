/** The options of an outside trainer, as plans keep them: how it is started, what it may use, and what is its own. */
import { later } from '../base/say.ts';
import type { OptionRules } from '../data/learner.ts';
import type { LearnerOptions } from '../data/training.ts';

/** The name of the learner in plans and artifacts; in deltatrain.json it is `{ "command": […] }`. */
export const outsideName = 'command';

/** Schema and defaults of what a plan keeps. */
export const outsideRules: OptionRules = {
  properties: {
    command: { type: 'array', items: { type: 'string' }, description: later('The program and its arguments.') },
    env: { type: 'array', items: { type: 'string' }, description: later('Names of variables that it is given.') },
    options: { type: 'string', description: later('What is its own, as JSON.') },
    minutes: { type: 'number', exclusiveMinimum: 0, description: later('The most that a job may take.') },
    megabytes: { type: 'number', exclusiveMinimum: 0, description: later('The most that a model may have.') },
    memory: { type: 'number', exclusiveMinimum: 0, description: later('Megabytes of memory that it may use.') },
    replay: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      description: later('Share of the unchanged rows that an update is handed.'),
    },
  },
  defaults: { command: [], env: [], options: '{}', minutes: 60, megabytes: 256, memory: 8192, replay: 0 },
};

/** The options as the code uses them. */
export interface OutsideOptions {
  readonly command: readonly string[];
  readonly env: readonly string[];
  readonly own: Readonly<Record<string, unknown>>;
  readonly minutes: number;
  readonly megabytes: number;
  readonly memory: number;
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** Of a plan's options, which were checked by the schema. */
export const outsideOptions = (options: LearnerOptions): OutsideOptions => ({
  command: texts(options['command']),
  env: texts(options['env']),
  own: JSON.parse(String(options['options'] ?? '{}')) as Record<string, unknown>,
  minutes: Number(options['minutes']),
  megabytes: Number(options['megabytes']),
  memory: Number(options['memory']),
});
