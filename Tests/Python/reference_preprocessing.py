# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's answers for the differential tests.

columns: JSON lines {"kind": "impute" | "power", "values": [number or null, ...]} on standard input;
         JSON lines with the fitted parameters and the prepared values on standard output.
table:   reference_preprocessing.py table RAW.csv OUT.npy; fits to all rows, writes the prepared
         matrix as float32 in Fortran order, and the parameters as one JSON line.
"""

import json
import sys
import warnings

import numpy as np

IMPUTED = ["loan_int_rate", "person_emp_length", "cb_person_cred_hist_length"]
POWERED = ["person_age", "person_income", "loan_amnt", "loan_percent_income"]
ENCODED = ["person_home_ownership", "loan_intent", "loan_grade", "cb_person_default_on_file"]


def clean(values):
    return [None if np.isnan(value) else float(value) for value in np.ravel(values)]


def column(case):
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import PowerTransformer

    # Fitted on float64 values of the float32 numbers that the model sees.
    values = np.array(case["values"], dtype=np.float64).astype(np.float32).astype(np.float64)
    values = values.reshape(-1, 1)
    if case["kind"] == "impute":
        step = SimpleImputer(strategy="median").fit(values)
        return {"median": float(step.statistics_[0]), "prepared": clean(step.transform(values))}
    step = PowerTransformer().fit(values)
    return {
        "lambda": float(step.lambdas_[0]),
        "mean": float(step._scaler.mean_[0]),
        "scale": float(step._scaler.scale_[0]),
        "prepared": clean(step.transform(values)),
    }


def table(source, target):
    import pandas as pd
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import OneHotEncoder, PowerTransformer

    data = pd.read_csv(source).drop(columns="loan_status")
    numbers = IMPUTED + POWERED
    data[numbers] = data[numbers].astype(np.float32).astype(np.float64)
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    steps = ColumnTransformer(
        [
            ("impute", SimpleImputer(strategy="median"), IMPUTED),
            ("power", PowerTransformer(), POWERED),
            ("encode", encoder, ENCODED),
        ],
        verbose_feature_names_out=False,
        sparse_threshold=0,
    )
    prepared = steps.fit_transform(data)
    np.save(target, np.asfortranarray(prepared.astype(np.float32)))
    fitted = steps.named_transformers_
    return {
        "names": list(steps.get_feature_names_out()),
        "medians": fitted["impute"].statistics_.tolist(),
        "lambdas": fitted["power"].lambdas_.tolist(),
    }


def main():
    warnings.simplefilter("ignore")
    if sys.argv[1] == "columns":
        for line in sys.stdin:
            print(json.dumps(column(json.loads(line))), flush=True)
    else:
        print(json.dumps(table(sys.argv[2], sys.argv[3])))


if __name__ == "__main__":
    main()
