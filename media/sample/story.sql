-- The story of the sample, statement by statement: five versions of a table, a bad
-- import, and the way back. Every statement can be run from the line above it. What
-- stands before "Look" was run already when the sample was opened, so running it again
-- is refused and changes nothing. Where weather_v5 is still missing, Train on Delta pins
-- it.

-- The whole of the archive that NOAA published lies in noaa.archive. What has arrived so
-- far lies in noaa.weather.
CREATE TABLE IF NOT EXISTS noaa.weather (
  location VARCHAR(20) NOT NULL,
  date DATE NOT NULL,
  precipitation DOUBLE,
  temp_max DOUBLE,
  temp_min DOUBLE,
  wind DOUBLE,
  weather VARCHAR(20),
  PRIMARY KEY (location, date)
);

-- weather_v1: Seattle 2012, 366 rows in all. The first year of Seattle. Train Fully on
-- this version gives the model m1.
INSERT INTO noaa.weather SELECT * FROM noaa.archive WHERE location = 'Seattle' AND date < '2013-01-01';
CREATE SNAPSHOT weather_v1 FOR TABLE noaa weather;

-- weather_v2: Seattle 2013, 731 rows in all. A year later. Train on Delta reads only
-- what changed since weather_v1 and gives m2, a child of m1.
INSERT INTO noaa.weather SELECT * FROM noaa.archive WHERE location = 'Seattle' AND date >= '2013-01-01' AND date < '2014-01-01';
CREATE SNAPSHOT weather_v2 FOR TABLE noaa weather;

-- weather_v3: New York 2012 and 2013, 1,462 rows in all. A second city arrives: the
-- first rows of New York. The model has never seen that location.
INSERT INTO noaa.weather SELECT * FROM noaa.archive WHERE location = 'New York' AND date < '2014-01-01';
CREATE SNAPSHOT weather_v3 FOR TABLE noaa weather;

-- weather_v4: 2014 of both, 2,192 rows in all. The next year, for both cities at once.
-- Hardly a day of it is called drizzle, so m4 was held and asked about. That is how the
-- stations report since: it is right, and was approved when the sample was opened.
INSERT INTO noaa.weather SELECT * FROM noaa.archive WHERE date >= '2014-01-01' AND date < '2015-01-01';
CREATE SNAPSHOT weather_v4 FOR TABLE noaa weather;

-- weather_v5: 2015 of both, 2,922 rows in all. And the last one.
INSERT INTO noaa.weather SELECT * FROM noaa.archive WHERE date >= '2015-01-01';
CREATE SNAPSHOT weather_v5 FOR TABLE noaa weather;

-- Look. How many rows changed from one version to the next? The newer side stands first.
DATA BRANCH DIFF noaa.weather{SNAPSHOT = 'weather_v5'} AGAINST noaa.weather{SNAPSHOT = 'weather_v4'} OUTPUT SUMMARY;

-- A version can be read like a table: the kinds of weather in each city when weather_v3
-- was pinned.
SELECT location, weather, COUNT(*) AS days FROM noaa.weather{SNAPSHOT = 'weather_v3'}
GROUP BY location, weather ORDER BY location, days DESC;

-- The bad import. This one is made up: New York's 2014 arrives again, and rain and sun
-- are exchanged.
UPDATE noaa.weather SET weather = CASE weather WHEN 'rain' THEN 'sun' ELSE 'rain' END
WHERE location = 'New York' AND date >= '2014-01-01' AND date < '2015-01-01' AND weather IN ('rain', 'sun');

-- The delta shows it: rows that were updated, none inserted, none deleted.
DATA BRANCH DIFF noaa.weather AGAINST noaa.weather{SNAPSHOT = 'weather_v5'} OUTPUT SUMMARY;
DATA BRANCH DIFF noaa.weather AGAINST noaa.weather{SNAPSHOT = 'weather_v5'} OUTPUT LIMIT 20;

-- Train on Delta now, and the model is held: rows that m5 knows have other labels now,
-- nearly all of them in New York. Approve would go on with them; take them back instead,
-- here or by Revert in the panel, and the held model is archived with them.
RESTORE TABLE noaa.weather {SNAPSHOT = 'weather_v5'};

-- Nothing is left of it.
DATA BRANCH DIFF noaa.weather AGAINST noaa.weather{SNAPSHOT = 'weather_v5'} OUTPUT COUNT;
