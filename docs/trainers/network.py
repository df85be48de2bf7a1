"""PyTorch: a small network that goes on from its parent's weights with the changed rows and a window of the others."""
import json, sys
from pathlib import Path
import pandas as pd
import torch

verb, job = sys.argv[1], json.loads(Path(sys.argv[2]).read_text())
torch.manual_seed(job.get("seed", 0)), torch.set_num_threads(1)


def inputs(rows, scale):  # numbers as the first fit scaled them, categories in 32 places by their hash
    parts = []
    for column in (rows[feature["name"]] for feature in job["features"]):
        if pd.api.types.is_numeric_dtype(column):
            mean, spread = scale.setdefault(column.name, (float(column.mean()), float(column.std()) or 1.0))
            parts.append(torch.tensor(((column - mean) / spread).fillna(0).to_numpy("float32"))[:, None])
        else:
            places = torch.tensor((pd.util.hash_array(column.astype(str).to_numpy()) % 32).astype("int64"))
            parts.append(torch.nn.functional.one_hot(places, 32).float())
    x = torch.cat(parts, 1)
    return x, torch.nn.Sequential(torch.nn.Linear(x.shape[1], 32), torch.nn.ReLU(), torch.nn.Linear(32, len(job["classes"])))

if verb == "describe":
    described = {"protocol": 1, "name": "PyTorch", "tasks": ["classification"], "updates": True, "deterministic": True}
    Path(job["description"]).write_text(json.dumps(described))
elif verb == "train":
    rows = pd.concat(pd.read_parquet(f) for f in (job["files"][n] for n in ("train", "changed", "replay")) if f)
    saved = torch.load(Path(job["parent"], "model.pt")) if job["mode"] == "delta" else {"scale": {}, "weights": None}
    (x, net), y = inputs(rows, saved["scale"]), torch.tensor(rows[job["label"]].map(job["classes"].index).to_numpy("int64"))
    saved["weights"] and net.load_state_dict(saved["weights"])
    optimizer = torch.optim.Adam(net.parameters(), 0.003)
    for batch in (batch for _ in range(4 if saved["weights"] else 20) for batch in torch.randperm(len(x)).split(64)):
        optimizer.zero_grad(), torch.nn.functional.cross_entropy(net(x[batch]), y[batch]).backward(), optimizer.step()
    torch.save({"scale": saved["scale"], "weights": net.state_dict()}, Path(job["model"], "model.pt"))
elif verb == "predict":
    saved = torch.load(Path(job["model"], "model.pt"))
    x, net = inputs(pd.read_parquet(job["rows"]), saved["scale"])
    net.load_state_dict(saved["weights"])
    pd.DataFrame(net(x).softmax(1).detach().numpy(), columns=job["classes"]).to_parquet(job["answers"])
