import csv, json, sys, numpy as np, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1])
rows = list(csv.DictReader(open(sys.argv[2], encoding="utf-8")))
def column(name, kind, missing):
    cells = [row[name] for row in rows]
    if kind == "category": return np.array([cell or missing for cell in cells], object)
    if kind == "date": return np.array([cell or "NaT" for cell in cells], "datetime64[us]").astype(float) / 86400e6
    return np.array([cell or "nan" for cell in cells], float)
asked = json.loads(session.get_modelmeta().custom_metadata_map["inputs"])
print(json.dumps([found.tolist() for found in session.run(None, {one["name"]: column(**one).reshape(-1, 1) for one in asked})]))
