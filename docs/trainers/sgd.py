"""A scikit-learn classifier that goes on from its parent with the changed rows alone: SGDClassifier.partial_fit."""
import json, pickle, sys
from pathlib import Path
import pandas as pd
import sklearn
from sklearn.feature_extraction import FeatureHasher
from sklearn.linear_model import SGDClassifier

verb, job = sys.argv[1], json.loads(Path(sys.argv[2]).read_text())


def inputs(rows):  # numbers by their name, categories by name and value: no encoder has to be fitted
    names = [feature["name"] for feature in job["features"]]
    rows = ({n: v if isinstance(v, (int, float)) else f"{v}" for n, v in row.items() if v == v and v is not None}
            for row in rows[names].to_dict("records"))
    return FeatureHasher(2**12).transform(rows)


if verb == "describe":
    Path(job["description"]).write_text(json.dumps({
        "protocol": 1, "name": "SGD", "tasks": ["classification"], "updates": True, "deterministic": True,
        "versions": {"scikit-learn": sklearn.__version__}}))
elif verb == "train":
    full = job["mode"] == "full"
    rows = pd.read_parquet(job["files"]["train" if full else "changed"])
    rows = pd.concat([rows, *(pd.read_parquet(job["files"][f]) for f in ("replay",) if job["files"][f])])
    rows = rows.sample(frac=1, random_state=job["seed"])
    model = SGDClassifier(loss="log_loss", random_state=job["seed"], alpha=1e-5)
    if not full:
        model = pickle.loads(Path(job["parent"], "model.pkl").read_bytes())
    if full or set(model.classes_) == set(job["classes"]):
        for epoch in range(10 if full else 1):
            model.partial_fit(inputs(rows), rows[job["label"]], classes=sorted(job["classes"]))
            print(json.dumps({"progress": (epoch + 1) / 10}), flush=True)
    Path(job["model"], "model.pkl").write_bytes(pickle.dumps(model))
elif verb == "predict":
    model = pickle.loads(Path(job["model"], "model.pkl").read_bytes())
    shares = pd.DataFrame(model.predict_proba(inputs(pd.read_parquet(job["rows"]))), columns=model.classes_)
    shares.to_parquet(job["answers"])
