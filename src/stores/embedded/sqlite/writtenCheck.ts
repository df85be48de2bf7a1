/** CHECK constraints of a person, which are kept under a name that says what they are. */

/** A CHECK as a person wrote it. */
export interface WrittenCheck {
  /** Null where it has none. */
  readonly name: string | null;
  /** Without its parentheses. */
  readonly text: string;
}

/** SQLite tells a broken constraint by its name alone, so the name of a person's CHECK says what stands in it. */
export const checkName = ({ name, text }: WrittenCheck): string => `CHECK${name === null ? '' : ` ${name}`}: ${text}`;

/** The CHECK that a constraint of this name is; undefined for a name of another form. */
export function checkNamed(name: string): WrittenCheck | undefined {
  const [, own, text] = /^CHECK(?: (.*?))?: (.*)$/s.exec(name) ?? [];
  return text === undefined ? undefined : { name: own ?? null, text };
}
