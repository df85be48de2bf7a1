-- Yesterday's clean data, and a dimension that it must stay consistent with.
CREATE DATABASE wap_demo;
USE wap_demo;
CREATE TABLE events (event_id BIGINT PRIMARY KEY, user_id INT, amount DECIMAL(10,2), status VARCHAR(16), ts DATE);
INSERT INTO events
SELECT result, result % 5000, round(rand() * 500 + 1, 2), 'paid', '2026-06-29' FROM generate_series(1, 100000) g;
CREATE TABLE dim_users (user_id INT PRIMARY KEY, tier VARCHAR(8));
INSERT INTO dim_users SELECT result, 'std' FROM generate_series(0, 4999) g;
CREATE SNAPSHOT yesterday FOR TABLE wap_demo events;
