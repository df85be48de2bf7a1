-- What upstream really sends: no user, a user that nobody knows, negative amounts, absurd ones.
INSERT INTO wap_demo.events_stage
SELECT 200000 + result,
       CASE WHEN result % 97 = 0 THEN NULL WHEN result % 89 = 0 THEN 999999 ELSE result % 5000 END,
       CASE WHEN result % 250 = 0 THEN -1.00 WHEN result % 333 = 0 THEN 999999.99 ELSE round(rand() * 500 + 1, 2) END,
       'paid', '2026-06-30'
FROM generate_series(1, 5000) g;
