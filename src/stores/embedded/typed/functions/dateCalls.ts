/** MySQL's functions of dates and times, and of the time of the statement. */
import { twoDigits } from '../../../../base/calendar.ts';
import { say } from '../../../../base/say.ts';
import { arg, type Called, type FunctionTable, takes } from './functionTable.ts';
import { asInteger, asText, dateLiteral, type Operand, operand } from '../operand.ts';
import { sqlText, unsupported } from '../sqlText.ts';
import { date, datetime, int, isMoment, isOpen, text, typeText } from '../types.ts';

/** A date or time, or a text that is one. */
function momentOf(called: Called, i: number): string {
  const one = arg(called, i);
  const { type } = one;
  if (isMoment(type) || isOpen(type) || one.isDateText) return one.sql;
  if (type.kind === 'text' && (one.literal === undefined || dateLiteral(one.literal) !== undefined)) return one.sql;
  throw unsupported(say('{0} of {1} ({2})', called.name, typeText(type), called.where));
}

const timeParts = new Set(['HOUR', 'MINUTE', 'SECOND', 'MICROSECOND']);

const part = (called: Called): Operand => {
  const isTime = timeParts.has(called.name) && arg(called, 0).type.kind === 'time';
  const one = isTime ? arg(called, 0).sql : momentOf(called, 0);
  return operand(`dt_${called.name.toLowerCase()}(${one})`, int(7));
};

const partNames = 'YEAR MONTH DAY HOUR MINUTE SECOND MICROSECOND QUARTER DAYOFWEEK WEEKDAY DAYOFYEAR TO_DAYS'.split(
  ' ',
);

function dateOf(called: Called): Operand {
  const one = arg(called, 0);
  if (one.type.kind === 'date') return one;
  return operand(
    one.type.kind === 'datetime' ? `substr(${one.sql}, 1, 10)` : `dt_cast_date(${momentOf(called, 0)})`,
    date,
  );
}

function timeOf(called: Called): Operand {
  const one = arg(called, 0);
  if (one.type.kind === 'time') return one;
  if (one.type.kind === 'date')
    return operand(`iif(${one.sql} IS NULL, NULL, '00:00:00')`, { kind: 'time', digits: 0 });
  if (one.type.kind === 'datetime') return operand(`substr(${one.sql}, 12)`, { kind: 'time', digits: one.type.digits });
  throw unsupported(say('{0} of {1} ({2})', called.name, typeText(one.type), called.where));
}

const localDate = (d: Date): string => `${d.getFullYear()}-${twoDigits(d.getMonth() + 1)}-${twoDigits(d.getDate())}`;
const localTime = (d: Date): string =>
  `${twoDigits(d.getHours())}:${twoDigits(d.getMinutes())}:${twoDigits(d.getSeconds())}`;
const utc = (d: Date): string => d.toISOString().slice(0, 19).replace('T', ' ');

/** The time of the statement with `NOW(n)`'s digits. */
const clock =
  (kind: 'datetime' | 'time', shown: (d: Date) => string) =>
  (called: Called): Operand => {
    const now = called.host.context.now();
    const digits = Number(called.args[0]?.literal ?? 0);
    const fraction =
      digits > 0 ? `.${String(now.getMilliseconds()).padStart(3, '0').padEnd(6, '0').slice(0, digits)}` : '';
    return operand(sqlText(`${shown(now)}${fraction}`), kind === 'time' ? { kind, digits } : datetime(digits));
  };

const today = (shown: (d: Date) => string) => (called: Called) =>
  operand(sqlText(shown(called.host.context.now())), date);

function unixTimestamp(called: Called): Operand {
  if (called.args.length === 0) return operand(String(Math.floor(called.host.context.now().getTime() / 1000)), int(11));
  const one = arg(called, 0);
  // With a fraction it is a DECIMAL.
  if (one.type.kind === 'datetime' && one.type.digits > 0)
    throw unsupported(say('{0} of {1} ({2})', called.name, typeText(one.type), called.where));
  return operand(`dt_unix_timestamp(${momentOf(called, 0)})`, int(11));
}

function fromUnixtime(called: Called): Operand {
  const seconds = asInteger(arg(called, 0), called.where);
  if (!called.args[1]) return operand(`dt_from_unixtime(${seconds})`, datetime(0));
  return operand(`dt_from_unixtime(${seconds}, ${asText(called.args[1], called.where)})`, text);
}

/** TIMESTAMPADD(unit, n, d). */
function timestampAdd(called: Called): Operand {
  const one = arg(called, 1);
  const unit = called.word ?? '';
  const sql = `dt_date_add(${momentOf(called, 1)}, (${asInteger(arg(called, 0), called.where)}), ${sqlText(unit)})`;
  if (!isMoment(one.type) || unit === 'MICROSECOND')
    throw unsupported(say('TIMESTAMPADD of {0} ({1})', typeText(one.type), called.where), say('Use DATE_ADD.'));
  const isTime = one.type.kind === 'date' && ['HOUR', 'MINUTE', 'SECOND'].includes(unit);
  return operand(sql, isTime ? datetime(0) : one.type);
}

const named = (name: string) => (called: Called) => operand(`${name}(${momentOf(called, 0)})`, text);

export const dateCalls: FunctionTable = {
  ...Object.fromEntries(partNames.map((name) => [name, takes(1, 1, part)])),
  DATE: takes(1, 1, dateOf),
  TIME: takes(1, 1, timeOf),
  MONTHNAME: takes(1, 1, named('dt_monthname')),
  DAYNAME: takes(1, 1, named('dt_dayname')),
  LAST_DAY: takes(1, 1, (called) => operand(`dt_last_day(${momentOf(called, 0)})`, date)),
  DATE_FORMAT: takes(2, 2, (called) =>
    operand(`dt_date_format(${momentOf(called, 0)}, ${asText(arg(called, 1), called.where)})`, text),
  ),
  DATEDIFF: takes(2, 2, (called) => operand(`dt_datediff(${momentOf(called, 0)}, ${momentOf(called, 1)})`, int(7))),
  TIMESTAMPDIFF: takes(2, 2, (called) =>
    operand(`dt_timestampdiff(${sqlText(called.word ?? '')}, ${momentOf(called, 0)}, ${momentOf(called, 1)})`, int(18)),
  ),
  TIMESTAMPADD: takes(2, 2, timestampAdd),
  UNIX_TIMESTAMP: takes(0, 1, unixTimestamp),
  FROM_UNIXTIME: takes(1, 2, fromUnixtime),
  NOW: takes(
    0,
    1,
    clock('datetime', (d) => `${localDate(d)} ${localTime(d)}`),
  ),
  UTC_TIMESTAMP: takes(0, 1, clock('datetime', utc)),
  CURRENT_TIME: takes(0, 1, clock('time', localTime)),
  UTC_TIME: takes(
    0,
    1,
    clock('time', (d) => utc(d).slice(11)),
  ),
  CURRENT_DATE: takes(0, 0, today(localDate)),
  UTC_DATE: takes(
    0,
    0,
    today((d) => utc(d).slice(0, 10)),
  ),
};
