// SPDX-License-Identifier: Apache-2.0
//
// The logistic link exactly as XGBoost 1.7 computes it (src/common/math.h, Sigmoid; and
// src/objective/regression_loss.h, ProbToMargin): C float arithmetic and the C library's expf.
#include "CForestKernels.h"

#include <math.h>

float cfk_logit(float probability) { return -logf(1.0f / probability - 1.0f); }

float cfk_sigmoid(float margin) {
    const float smallest = 1e-16f;
    // The clamp keeps expf finite; std::min(a, b) is b < a ? b : a.
    float x = -margin;
    x = 88.7f < x ? 88.7f : x;
    const float denominator = expf(x) + 1.0f + smallest;
    return 1.0f / denominator;
}

void cfk_sigmoid_all(float *values, size_t count) {
    for (size_t i = 0; i < count; i++) values[i] = cfk_sigmoid(values[i]);
}
