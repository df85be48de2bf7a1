"""What other tools say by their defaults of the rounds that `npm run bench judgement peers` wrote: python peers.py TOOL FOLDER.

TOOL is evidently, deepchecks, pandera or cleanlab. Each round is given twice: (a) the table before and after, (b) the table before, and the
new and changed rows alone. Printed are alarms on honest rounds, on known kinds and on new ones, for each of the two, and the same of tables
without an order of time. README.md beside this file says which versions.
"""
import collections
import json
import os
import sys
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings('ignore')


def evidently(ref, cur, categories):
    """Data drift preset: drifted columns; its own alarm is half of them."""
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset
    numbers = [c for c in ref.columns if c not in categories and c != 'label']
    definition = DataDefinition(numerical_columns=numbers, categorical_columns=categories + ['label'])
    made = [Dataset.from_pandas(one, data_definition=definition) for one in (cur, ref)]
    metrics = Report([DataDriftPreset()]).run(*made).dict()['metrics']
    drifted = next(m['value'] for m in metrics if 'DriftedColumnsCount' in m.get('metric_name', m.get('metric_id', '')))
    return {'default': drifted['share'] >= .5, 'any column': drifted['count'] > 0}


def deepchecks(ref, cur, categories):
    """The suite train_test_validation: a check failed. "Samples mix" is left out, as both sides are one table."""
    from deepchecks.tabular import Dataset
    from deepchecks.tabular.suites import train_test_validation
    sides = [Dataset(one, label='label', cat_features=categories) for one in (ref, cur)]
    found = train_test_validation().run(*sides, with_display=False).get_not_passed_checks()
    failed = [c for c in found if 'Mix' not in c.check.name() and any(q.category.value == 'FAIL' for q in c.conditions_results)]
    return {'default': bool(failed)}


def pandera(ref, cur, categories):
    """A schema inferred of the table before: ranges and categories."""
    import pandera.pandas as pa
    ref, cur = ref.copy(), cur.copy()
    for c in categories + ['label']:
        ref[c], cur[c] = ref[c].astype('category'), cur[c].astype(object)
    schema = pa.infer_schema(ref)
    for column in schema.columns.values():
        column.coerce, column.dtype = False, None
    try:
        schema.validate(cur, lazy=True)
        return {'default': False}
    except pa.errors.SchemaErrors:
        return {'default': True}


def cleanlab(changed):
    """Label issues among new and changed rows, by the parent's probabilities."""
    from cleanlab.filter import find_label_issues
    answers = [c for c in changed.columns if c.startswith('p_')]
    labels = changed['label'].map({c[2:]: i for i, c in enumerate(answers)}).to_numpy()
    p = np.maximum(changed[answers].to_numpy(float), 1e-6)
    return {'default': len(labels) >= 20 and bool(find_label_issues(labels, p / p.sum(1, keepdims=True)).any())}


def answers_of(tool, folder, said):
    def read(name):
        return pd.read_csv(os.path.join(folder, name), dtype={c: str for c in said['categories'] + ['label']})

    changed = read('changed.csv')
    if tool == 'cleanlab':
        return {'(b) ' + k: v for k, v in cleanlab(changed).items()}
    old, now = read('old.csv'), read('now.csv')
    ask = globals()[tool]
    found = {'(a) ' + k: v for k, v in ask(old, now, said['categories']).items()}
    if len(changed) >= 20:
        found.update({'(b) ' + k: v for k, v in ask(old, changed[old.columns], said['categories']).items()})
    return found


def answered(tool, folder, said):
    """The answers to one round, kept beside it: a run that was stopped goes on where it was."""
    file = os.path.join(folder, tool + '.json')
    if os.path.exists(file):
        with open(file) as kept:
            return json.load(kept)
    try:
        found = {way: bool(alarm) for way, alarm in answers_of(tool, folder, said).items()}
    except Exception as error:  # a tool that fails has not answered
        found = {'failed': repr(error)[:300]}
    with open(file, 'w') as kept:
        json.dump(found, kept)
    return found


def rounds(root):
    for name in sorted(os.listdir(root)):
        if os.path.isdir(os.path.join(root, name)):
            with open(os.path.join(root, name, 'round.json')) as file:
                yield os.path.join(root, name), json.load(file)


def main(tool, root):
    counts = collections.defaultdict(lambda: [0, 0])
    caught = collections.defaultdict(lambda: [0, 0])
    for folder, said in rounds(root):
        found = answered(tool, folder, said)
        if 'failed' in found:
            print('  %s fails on %s, %s: %s' % (tool, said['table'], said['kind'], found['failed']), flush=True)
            continue
        for way, alarm in {**found, 'this judge': said['ours']}.items():
            for group in ['all tables'] + ([] if said['isTimed'] else ['without time']):
                for count in (counts[way, group, said['sort']], caught[way, group, said['kind']]):
                    count[0] += alarm
                    count[1] += 1
    for way, group, sort in sorted(counts):
        kinds = sorted(kind for one, where, kind in caught if one == way and where == group and kind != 'honest')
        each = ', '.join('%s %d/%d' % (kind, *caught[way, group, kind]) for kind in kinds)
        more = ' (%s)' % each if sort == 'honest' and group == 'all tables' else ''
        print('%-16s %-13s %-8s %d of %d%s' % (way, group, sort, *counts[way, group, sort], more))


if __name__ == '__main__':
    main(*sys.argv[1:3])
