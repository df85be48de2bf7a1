/** The forms of the dialect: docs/dialect.md is made from them, and the test of the contract holds both. */
import type { Form } from './form.ts';
import { readForms } from './readForms.ts';
import { writeForms } from './writeForms.ts';

export const forms: Readonly<Record<string, readonly Form[]>> = { ...readForms, ...writeForms };
