-- The batch never touches production. On a server: DATA BRANCH CREATE TABLE wap_demo.events_stage FROM wap_demo.events;
DROP TABLE IF EXISTS wap_demo.events_stage;
CREATE TABLE wap_demo.events_stage LIKE wap_demo.events;
INSERT INTO wap_demo.events_stage SELECT * FROM wap_demo.events;
