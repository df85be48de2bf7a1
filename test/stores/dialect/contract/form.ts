/** What a form of the dialect is, and the tables that each of them finds. */

/**
 * How our answer stands to the recorded ones. `mysql`: MatrixOne 4.1.4 refuses it or gives another value than MySQL's manual has, and the
 * second server gives ours; `refused`: by name; `own`: a difference that is meant, `why` says which.
 */
export type Standing = 'same' | 'mysql' | 'refused' | 'own';

export interface Form {
  readonly form: string;
  /** What holds of it, in one sentence. */
  readonly rule: string;
  /** What is asked, in order; the last one's answer is recorded and compared. */
  readonly ask: readonly string[];
  readonly is?: Standing;
  readonly why?: string;
}

/** The tables that every form finds, filled anew for each one that changes something. */
export const contractTables: readonly string[] = [
  `CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(20), n INT, b BIGINT, ub BIGINT UNSIGNED, su SMALLINT UNSIGNED, d DECIMAL(12,3), w DECIMAL(38,2),
    x DOUBLE, f FLOAT, day DATE, tm DATETIME, o BOOL, j JSON, took TIME)`,
  `INSERT INTO t VALUES
    (1, '10', 9, 9223372036854775807, 18446744073709551615, 3, 3058.125, 123456789012345678901234567890.25, 2.5, 0.1, '2024-02-29', '2024-02-29 08:00:00', true, '{"b": 1, "a": 2}', '100:00:00'),
    (2, '9', 10, -5, 7, 7, 0.2, 0.75, 0.1, 0.5, '2024-01-02', '2024-01-02 00:00:00', false, '[1, 2]', '20:00:00'),
    (3, '100', NULL, 1, 0, 0, -1.5, -1, 1e10, 3, NULL, NULL, NULL, NULL, NULL),
    (4, 'b', 10, 0, 1, 1, 0, 0, 0, 1, '2023-12-31', '2023-12-31 10:00:00', true, '5', '01:00:00')`,
  "CREATE TABLE u (id INT PRIMARY KEY, t_id INT, size ENUM('small', 'big', 'huge'), v DECIMAL(6,2))",
  "INSERT INTO u VALUES (1, 1, 'huge', 0.10), (2, 1, 'small', 0.20), (3, 2, 'big', 23.50), (4, 9, NULL, NULL)",
];
