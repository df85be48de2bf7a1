/** Which calls of an engine change data, so that what is not known of them can be said when the process goes away under them. */
import { say } from '../base/say.ts';
import { effectOf } from '../git4data/ast.ts';
import { parseText } from '../git4data/parser.ts';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function textIn(parameter: unknown, name: string): string | null {
  const found = isRecord(parameter) ? parameter[name] : undefined;
  return typeof found === 'string' ? found : null;
}

/** What a person wrote is called by its first word. */
function statementOf(sql: string): string | null {
  const changes = parseText(sql).some(({ statement }) => {
    const effect = effectOf(statement);
    return effect !== 'read' && (effect !== 'session' || /^\s*COMMIT\b/i.test(sql));
  });
  const [word] = /^[A-Za-z]+/.exec(sql.trim()) ?? [];
  return changes ? (word === undefined ? say('the statement') : say('the {0}', word.toUpperCase())) : null;
}

const behind = (snapshot: string | null): string =>
  snapshot === null ? '' : say(' (behind the safety snapshot {0})', snapshot);

const isSwap = (parameter: unknown): boolean =>
  typeof parameter === 'object' && parameter !== null && 'swap' in parameter && parameter.swap === true;

/** What a call changes, in words for a sentence; null for what only reads. */
export function changeOf(name: string, parameter: unknown): string | null {
  switch (name) {
    case 'restore/run':
      return `the RESTORE${behind(textIn(parameter, 'safetyName'))}`;
    case 'restore/rows':
      return say('the change of rows{0}', behind(textIn(parameter, 'safetySnapshot')));
    case 'table/import':
      return say('the import{0}', behind(textIn(parameter, 'safetySnapshot')));
    case 'snapshot/create':
      return `the CREATE SNAPSHOT ${textIn(parameter, 'name') ?? ''}`;
    case 'snapshot/drop':
      return `the DROP SNAPSHOT ${textIn(parameter, 'name') ?? ''}`;
    case 'store/recover':
      return isSwap(parameter) ? say('the change') : null;
    case 'store/write':
      return say('the change');
    case 'query/run':
      return statementOf(textIn(parameter, 'sql') ?? '');
    default:
      return null;
  }
}
