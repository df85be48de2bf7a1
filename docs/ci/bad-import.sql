-- What was pushed: New York's 2014 arrives again with rain and sun exchanged. Made up: a file whose codes were mixed up.
UPDATE noaa.weather SET weather = CASE weather WHEN 'rain' THEN 'sun' ELSE 'rain' END
WHERE location = 'New York' AND date >= '2014-01-01' AND date < '2015-01-01' AND weather IN ('rain', 'sun');
