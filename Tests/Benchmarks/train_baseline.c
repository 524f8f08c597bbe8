// SPDX-License-Identifier: Apache-2.0
// The baseline of `make bench` for training: libxgboost called straight from C, with the documented
// parameters. Reads DIR/Xtrain.npy (float32, Fortran order) and DIR/ytrain.npy, trains, and writes
// the model as JSON to OUT.
//
//     train_baseline DIR THREADS ROUNDS OUT
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xgboost/c_api.h>

#define CHECK(call)                                                        \
    do {                                                                   \
        if ((call) != 0) {                                                 \
            fprintf(stderr, "%s: %s\n", #call, XGBGetLastError());         \
            exit(1);                                                       \
        }                                                                  \
    } while (0)

// Reads a version 1 .npy of float32; returns its values and their number.
static float *read_npy(const char *folder, const char *name, size_t *count) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file) { perror(path); exit(1); }
    unsigned char head[10];
    if (fread(head, 1, sizeof head, file) != sizeof head) exit(1);
    long start = 10 + (head[8] | head[9] << 8);
    fseek(file, 0, SEEK_END);
    long end = ftell(file);
    fseek(file, start, SEEK_SET);
    *count = (size_t)(end - start) / sizeof(float);
    float *values = malloc(*count * sizeof(float));
    if (!values || fread(values, sizeof(float), *count, file) != *count) exit(1);
    fclose(file);
    return values;
}

int main(int argc, char **argv) {
    if (argc != 5) { fprintf(stderr, "train_baseline DIR THREADS ROUNDS OUT\n"); return 2; }
    size_t cells, rows;
    float *matrix = read_npy(argv[1], "Xtrain.npy", &cells);
    float *labels = read_npy(argv[1], "ytrain.npy", &rows);
    char array[256], settings[64];
    snprintf(array, sizeof array,
             "{\"data\": [%zu, true], \"shape\": [%zu, %zu], \"strides\": [4, %zu],"
             " \"typestr\": \"<f4\", \"version\": 3}",
             (size_t)(uintptr_t)matrix, rows, cells / rows, 4 * rows);
    snprintf(settings, sizeof settings, "{\"missing\": NaN, \"nthread\": %s}", argv[2]);
    DMatrixHandle data;
    CHECK(XGDMatrixCreateFromDense(array, settings, &data));
    CHECK(XGDMatrixSetDenseInfo(data, "label", labels, rows, 1));
    BoosterHandle booster;
    CHECK(XGBoosterCreate(&data, 1, &booster));
    const char *parameters[][2] = {
        {"nthread", argv[2]}, {"objective", "binary:logistic"}, {"tree_method", "hist"},
        {"eval_metric", "logloss"}, {"learning_rate", "0.02"}, {"max_depth", "10"},
        {"min_child_weight", "6"}, {"verbosity", "0"},
    };
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
        CHECK(XGBoosterSetParam(booster, parameters[i][0], parameters[i][1]));
    for (int round = 0; round < atoi(argv[3]); round++)
        CHECK(XGBoosterUpdateOneIter(booster, round, data));
    bst_ulong length;
    const char *bytes;
    CHECK(XGBoosterSaveModelToBuffer(booster, "{\"format\": \"json\"}", &length, &bytes));
    FILE *out = fopen(argv[4], "wb");
    if (!out || fwrite(bytes, 1, length, out) != length || fclose(out) != 0) return 1;
    return 0;
}
