// SPDX-License-Identifier: Apache-2.0
//
// The links exactly as XGBoost computes them (src/common/math.h: Sigmoid, Softmax, SoftPlus,
// SoftPlusInv; src/objective: ProbToMargin, PredTransform): C float arithmetic and the C library's
// functions for floats.
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

float cfk_log(float prediction) { return logf(prediction); }

void cfk_exp_all(float *values, size_t count) {
    for (size_t i = 0; i < count; i++) values[i] = expf(values[i]);
}

void cfk_softmax(float *values, size_t count) {
    float largest = values[0];
    for (size_t i = 1; i < count; i++) largest = fmaxf(values[i], largest);
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        values[i] = expf(values[i] - largest);
        sum += values[i];
    }
    for (size_t i = 0; i < count; i++) values[i] /= (float)sum;
}

// XGBoost's kRtEps.
static const float smallest_step = 1e-6f;

static float softplus(float x) {
    if (x > 0) return x + log1pf(expf(-x));
    return log1pf(expf(x));
}

void cfk_rising(float *values, size_t count) {
    for (size_t i = 1; i < count; i++) {
        values[i] = values[i - 1] + (smallest_step + softplus(values[i]));
    }
}

float cfk_rising_margin(float step) {
    const float x = step - smallest_step;
    const float positive = x < smallest_step ? smallest_step : x;
    return positive + logf(-expm1f(-positive));
}
