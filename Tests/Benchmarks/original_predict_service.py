# SPDX-License-Identifier: Apache-2.0
"""`/predict` as the original service does it, with FastAPI, pandas, scikit-learn and xgboost: the
baseline. It is kinder than the original, which reads both from disk at each call: the preprocessor
and the model stay in memory.

original_predict_service.py RAW.csv MODEL.json PORT

Fits the preprocessor on the raw file, then serves MODEL.
"""
import sys
from typing import List

import pandas as pd
import uvicorn
import xgboost
from fastapi import FastAPI
from pydantic import BaseModel

from original_data_step import pipeline

source, model, port = sys.argv[1:]
preprocessor = pipeline().fit(pd.read_csv(source).drop(columns="loan_status"))
booster = xgboost.Booster(model_file=model)
app = FastAPI()


class Payload(BaseModel):
    sample: List
    model_name: str

    model_config = {"protected_namespaces": ()}


@app.get("/ping")
async def ping():
    return {"message": "Server is Running"}


@app.post("/predict")
async def predict(payload: Payload):
    frame = pd.json_normalize(payload.sample)
    cells = pd.DataFrame(preprocessor.transform(frame))
    probabilities = booster.predict(
        xgboost.DMatrix(cells.to_numpy(), feature_names=booster.feature_names))
    return {"msg": "Model Inference Complete",
            "Prediction Output": [["True" if value > 0.5 else "False", float(value)]
                                  for value in probabilities]}


uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")
