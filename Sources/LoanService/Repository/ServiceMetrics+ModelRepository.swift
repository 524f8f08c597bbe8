// SPDX-License-Identifier: Apache-2.0

internal import Observability

extension ServiceMetrics {
    /// Shows how many models are in memory.
    func observe(_ models: ModelRepository) {
        registry.observe("loan_default.models") { [weak models] in
            models.map { Double($0.numbers.modelCount) }
        }
        registry.observe("loan_default.models", unit: "bytes") { [weak models] in
            models.map { Double($0.numbers.byteCount) }
        }
        registry.observe("loan_default.models.evicted", .counter) { [weak models] in
            models.map { Double($0.numbers.evictions) }
        }
    }
}
