"""RandomForest, HistGradientBoosting and LightGBM on the last version of a chain: python peers.py FOLDER (train.csv, tune.csv, test.csv)."""
import sys
import time
import numpy as np
import pandas as pd
import lightgbm
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import accuracy_score, log_loss

folder = sys.argv[1]
train, tune, test = (pd.read_csv(f'{folder}/{name}.csv') for name in ('train', 'tune', 'test'))
features = [c for c in train.columns if c != 'label']
text = [c for c in features if not pd.api.types.is_numeric_dtype(train[c])]
for c in text:
    known = {v: i for i, v in enumerate(train[c].astype(str).value_counts().index)}
    for t in (train, tune, test): t[c] = t[c].astype(str).map(known).fillna(-1)
x, y = train[features].fillna(-999), train.label.astype(str)
classes = sorted(y.unique())

def say(name, model, fit):
    used = time.process_time(); fit(); used = time.process_time() - used
    p = model.predict_proba(test[features].fillna(-999))
    print(f"  {name:22} {100 * accuracy_score(test.label.astype(str), np.array(model.classes_)[p.argmax(1)]):.2f} %, log loss {log_loss(test.label.astype(str), p, labels=list(model.classes_)):.4f} | {used:.2f} s CPU in full")

say('RandomForest 100', m := RandomForestClassifier(100, random_state=1, n_jobs=1), lambda: m.fit(x, y))
say('HistGradientBoosting', m := HistGradientBoostingClassifier(random_state=1, early_stopping=True), lambda: m.fit(x, y))
m = lightgbm.LGBMClassifier(n_estimators=500, learning_rate=0.05, random_state=1, n_jobs=1, verbose=-1)
say('LightGBM, early stop', m, lambda: m.fit(x, y, eval_set=[(tune[features].fillna(-999), tune.label.astype(str))], callbacks=[lightgbm.early_stopping(30, verbose=False)]))
mean, sd = x.mean(), x.std().replace(0, 1)
m = SGDClassifier(loss='log_loss', random_state=1)
def passes():
    z = ((x - mean) / sd).values
    for start in range(0, len(z), 256): m.partial_fit(z[start:start + 256], y.values[start:start + 256], classes=np.array(classes))
used = time.process_time(); passes(); used = time.process_time() - used
p = m.predict_proba(((test[features].fillna(-999) - mean) / sd).values)
print(f"  {'SGD, partial_fit':22} {100 * accuracy_score(test.label.astype(str), np.array(m.classes_)[p.argmax(1)]):.2f} %, log loss {log_loss(test.label.astype(str), p, labels=list(m.classes_)):.4f} | {used:.2f} s CPU in one pass")
