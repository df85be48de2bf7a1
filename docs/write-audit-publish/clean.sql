INSERT INTO wap_demo.events_stage
SELECT 200000 + result, result % 5000, round(rand() * 500 + 1, 2), 'paid', '2026-06-30' FROM generate_series(1, 5000) g;
