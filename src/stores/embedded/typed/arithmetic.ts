/** Arithmetic with MySQL's types: whole numbers that overflow are an error, decimals are exact. */
import { say } from '../../../base/say.ts';
import { asReal, asScaled, asWide, type Operand, operand } from './operand.ts';
import { exactLiteral } from './compare.ts';
import { unsupported } from './sqlText.ts';
import {
  dec,
  int,
  isExact,
  isNumber,
  isBits,
  isNative,
  isOpen,
  isUnsigned,
  maxDigits,
  nativeDigits,
  real,
  scaleOf,
  type SqlType,
  typeText,
  wholeDigits,
} from './types.ts';

export type Arithmetic = '+' | '-' | '*' | '/' | '%' | 'DIV';

/** More digits behind the point than the dividend has, in a quotient and an average: as MatrixOne gives them. */
export const quotientDigits = 6;

const isOperandType = (type: SqlType): boolean => isNumber(type) || type.kind === 'text' || isOpen(type);

/** Two operands joined by an operator: `sql.unsupported` where one is no number. */
export function arithmetic(operator: Arithmetic, a: Operand, b: Operand, where: string): Operand {
  const types = [a.type, b.type];
  const other = types.find((type) => !isOperandType(type));
  if (other)
    throw unsupported(
      say('{0} in arithmetic ({1})', typeText(other), where),
      other.kind === 'date' || other.kind === 'datetime' ? say('Use DATE_ADD, DATEDIFF or TIMESTAMPDIFF.') : undefined,
    );
  if (types.some(({ kind }) => kind === 'null')) return operand('NULL', { kind: 'null' });
  if (types.some(({ kind }) => kind === 'any')) return openArithmetic(operator, a, b, where);
  switch (operator) {
    case '/':
      return divided(a, b, where);
    case 'DIV':
      return dividedWhole(a, b, where);
    case '%':
      return remainder(a, b, where);
    default:
      return types.every(isExact)
        ? exact(operator, a, b)
        : operand(`(${asReal(a, where)} ${operator} ${asReal(b, where)})`, real);
  }
}

/** With a parameter whose value is not known: numbers as SQLite has them. */
function openArithmetic(operator: Arithmetic, a: Operand, b: Operand, where: string): Operand {
  if (operator === '/') return divided(a, b, where);
  if (operator === 'DIV') return operand(`dt_div(${a.sql}, ${b.sql})`, int());
  if (operator === '%') return operand(`dt_mod(${a.sql}, ${b.sql})`, real);
  return operand(`(${a.sql} ${operator} ${b.sql})`, { kind: 'any' });
}

function divided(a: Operand, b: Operand, where: string): Operand {
  const isDecimal = isExact(a.type) && isExact(b.type) && (a.type.kind === 'dec' || b.type.kind === 'dec');
  if (!isDecimal) return operand(`(${asReal(a, where)} / ${asReal(b, where)})`, real);
  const scale = Math.min(scaleOf(a.type) + quotientDigits, 30);
  return operand(`dt_dec_divide(${asWide(a)}, ${asWide(b)}, ${scale})`, dec(maxDigits, scale));
}

const isDecimalPair = (a: Operand, b: Operand): boolean => a.type.kind === 'dec' || b.type.kind === 'dec';

function dividedWhole(a: Operand, b: Operand, where: string): Operand {
  if (!isExact(a.type) || !isExact(b.type)) return operand(`dt_div(${asReal(a, where)}, ${asReal(b, where)})`, int());
  if (isBits(a.type) || isBits(b.type))
    return operand(`dt_unsigned_div(${asWide(a)}, ${asWide(b)})`, dec(maxDigits, 0));
  if (isDecimalPair(a, b)) return operand(`dt_dec_div(${asWide(a)}, ${asWide(b)})`, int());
  // −2^63 DIV −1 is one too many.
  const sql = `(${a.sql} / ${b.sql})`;
  if (isUnsigned(a.type) || isUnsigned(b.type)) return operand(`dt_unsigned(${sql})`, int(wholeDigits(a.type), true));
  return operand(
    a.type.kind === 'int' && a.type.digits > nativeDigits ? `dt_whole(${sql})` : sql,
    int(wholeDigits(a.type)),
  );
}

function remainder(a: Operand, b: Operand, where: string): Operand {
  if (!isExact(a.type) || !isExact(b.type)) return operand(`dt_mod(${asReal(a, where)}, ${asReal(b, where)})`, real);
  if (!isDecimalPair(a, b) && isNative(a.type) && isNative(b.type))
    return operand(`(${a.sql} % ${b.sql})`, int(Math.max(wholeDigits(a.type), wholeDigits(b.type))));
  const scale = Math.max(scaleOf(a.type), scaleOf(b.type));
  const whole = Math.max(wholeDigits(a.type), wholeDigits(b.type));
  if (whole + scale <= nativeDigits && isNative(a.type) && isNative(b.type))
    return operand(`(${asScaled(a, scale)} % ${asScaled(b, scale)})`, dec(whole + scale, scale));
  return operand(`dt_dec_mod(${asWide(a)}, ${asWide(b)}, ${scale})`, dec(maxDigits, scale));
}

function exact(operator: '+' | '-' | '*', a: Operand, b: Operand): Operand {
  if (isDecimalPair(a, b)) return exactDecimal(operator, a, b);
  const whole =
    operator === '*'
      ? wholeDigits(a.type) + wholeDigits(b.type)
      : Math.max(wholeDigits(a.type), wholeDigits(b.type)) + 1;
  const sql = `(${a.sql} ${operator} ${b.sql})`;
  // With an unsigned side the result is unsigned, and below 0 an error.
  if (isUnsigned(a.type) || isUnsigned(b.type)) return unsigned(operator, a, b, whole);
  return whole <= nativeDigits ? operand(sql, int(whole)) : operand(`dt_whole(${sql})`, int());
}

function unsigned(operator: '+' | '-' | '*', a: Operand, b: Operand, whole: number): Operand {
  if (whole <= nativeDigits) return operand(`dt_unsigned((${a.sql} ${operator} ${b.sql}))`, int(whole, true));
  return operand(`dt_dec_op('${operator}', ${asWide(a)}, ${asWide(b)}, 0, 1)`, dec(maxDigits, 0));
}

function exactDecimal(operator: '+' | '-' | '*', a: Operand, b: Operand): Operand {
  const isProduct = operator === '*';
  const scale = isProduct ? scaleOf(a.type) + scaleOf(b.type) : Math.max(scaleOf(a.type), scaleOf(b.type));
  const whole = isProduct
    ? wholeDigits(a.type) + wholeDigits(b.type)
    : Math.max(wholeDigits(a.type), wholeDigits(b.type)) + 1;
  if (whole + scale <= nativeDigits && isNative(a.type) && isNative(b.type)) {
    const [left, right] = isProduct
      ? [asScaled(a, scaleOf(a.type)), asScaled(b, scaleOf(b.type))]
      : [asScaled(a, scale), asScaled(b, scale)];
    return operand(`(${left} ${operator} ${right})`, dec(whole + scale, scale));
  }
  return operand(
    `dt_dec_op('${operator}', ${asWide(a)}, ${asWide(b)}, ${Math.min(scale, 30)}, 0)`,
    dec(maxDigits, Math.min(scale, 30)),
  );
}

/** `-a`, `+a`, `~a`. */
export function signed(sign: '-' | '+' | '~', one: Operand, where: string): Operand {
  if (sign === '~') throw unsupported(`~ (${where})`);
  if (sign === '+') {
    if (isNumber(one.type) || isOpen(one.type)) return one;
    throw unsupported(say('{0} behind a sign ({1})', typeText(one.type), where), say('Write CAST(… AS DOUBLE).'));
  }
  if (isOpen(one.type)) return operand(`(- ${one.sql})`, one.type);
  return negated(one, where);
}

function negated(one: Operand, where: string): Operand {
  const { sql, type, literal } = one;
  if (literal !== undefined && isExact(type))
    return exactLiteral(literal.startsWith('-') ? literal.slice(1) : `-${literal}`);
  if (type.kind === 'real' || type.kind === 'text') return operand(`(- ${asReal(one, where)})`, real);
  if (!isExact(type)) throw unsupported(say('{0} behind a sign ({1})', typeText(type), where));
  if (!isNative(type))
    return operand(`dt_dec_op('-', '0', ${asWide(one)}, ${scaleOf(type)}, 0)`, dec(maxDigits, scaleOf(type)));
  if (type.kind === 'dec') return operand(`(- ${asScaled(one, type.scale)})`, type);
  const digits = wholeDigits(type);
  return operand(digits > nativeDigits ? `dt_whole(- ${sql})` : `(- ${sql})`, int(digits));
}
