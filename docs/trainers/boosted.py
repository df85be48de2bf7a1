"""LightGBM: trees that go on from the parent's with the changed rows and a window of the others ("continue": true), or all anew."""
import json, sys
from pathlib import Path
import lightgbm as lgb
import pandas as pd

verb, job = sys.argv[1], json.loads(Path(sys.argv[2]).read_text())
continues = job["options"].get("continue", True)


def inputs(rows):
    rows = rows[[feature["name"] for feature in job["features"]]]
    return rows.apply(lambda c: c if pd.api.types.is_numeric_dtype(c) else pd.util.hash_array(c.astype(str).to_numpy()) % 1000)


if verb == "describe":
    Path(job["description"]).write_text(json.dumps({
        "protocol": 1, "name": "LightGBM", "tasks": ["classification", "regression"], "updates": continues,
        "deterministic": True, "versions": {"lightgbm": lgb.__version__}}))
elif verb == "train":
    delta = job["mode"] == "delta"
    names = ("changed", "replay") if delta else ("train",)
    rows = pd.concat([pd.read_parquet(job["files"][name]) for name in names if job["files"][name]])
    wanted = {"objective": "regression"} if job["task"] == "regression" else {
        "objective": "multiclass", "num_class": max(2, len(job["classes"]))}
    labels = rows[job["label"]] if job["task"] == "regression" else rows[job["label"]].map(job["classes"].index)
    settings = {**wanted, "seed": job["seed"], "deterministic": True, "num_threads": 1, "verbose": -1, "min_data_in_leaf": 5}
    model = lgb.train(settings, lgb.Dataset(inputs(rows), labels), job["options"].get("more", 10) if delta else 40,
                      init_model=str(Path(job["parent"], "model.txt")) if delta else None)
    model.save_model(str(Path(job["model"], "model.txt")))
elif verb == "predict":
    found = lgb.Booster(model_file=str(Path(job["model"], "model.txt"))).predict(inputs(pd.read_parquet(job["rows"])))
    columns = ["value"] if job["task"] == "regression" else job["classes"]
    pd.DataFrame(found, columns=columns).to_parquet(job["answers"])
