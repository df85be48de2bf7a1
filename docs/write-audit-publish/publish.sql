-- One statement, all or nothing. On a server: DATA BRANCH MERGE wap_demo.events_stage INTO wap_demo.events;
INSERT INTO wap_demo.events SELECT * FROM wap_demo.events_stage WHERE ts = '2026-06-30';
DROP TABLE wap_demo.events_stage;
