// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import JSON
internal import LoanService
internal import Machine
internal import Synchronization

/// What Triton's statistics extension reports of each model (`extension_statistics.md`): how many
/// inferences, and how long their parts took, since the start of the process.
package final class InferenceStatistics: Sendable {
    /// Calls and the time they took together.
    private struct Total {
        var count: UInt64 = 0
        var duration = Duration.zero

        mutating func add(_ duration: Duration) {
            count += 1
            self.duration += duration
        }
    }

    /// The parts of one inference.
    struct Parts {
        /// Reading tensors into columns.
        var input: Duration
        /// Scoring.
        var compute: Duration
        /// Writing the answer.
        var output: Duration

        fileprivate var all: Duration { input + compute + output }
    }

    private struct Numbers {
        var success = Total()
        var failure = Total()
        var input = Total()
        var compute = Total()
        var output = Total()
        var rows: UInt64 = 0
        /// Milliseconds since 1970.
        var last: UInt64 = 0
    }

    /// Models whose numbers are kept; those of the one that was asked longest ago make room.
    package static let modelsMax = ServedModels.countMax

    private let models = Mutex<[String: Numbers]>([:])
    private let names: @Sendable () -> [String]

    /// - Parameter names: the models that are served; when a further one is counted, the numbers of
    ///   all others go.
    package init(names: @escaping @Sendable () -> [String]) { self.names = names }

    /// Models whose numbers are kept.
    package var modelCount: Int { models.withLock(\.count) }

    /// Counts one inference that was answered.
    func succeed(_ model: String, rowCount: Int, _ parts: Parts) {
        let now = UInt64(Date().timeIntervalSince1970 * 1000)
        models.withLock { models in
            var numbers = numbers(of: model, in: &models)
            numbers.success.add(parts.all)
            numbers.input.add(parts.input)
            numbers.compute.add(parts.compute)
            numbers.output.add(parts.output)
            numbers.rows += UInt64(rowCount)
            numbers.last = now
            models[model] = numbers
        }
    }

    /// Counts one inference of a served model that was refused.
    package func fail(_ model: String, after duration: Duration) {
        models.withLock { models in
            var numbers = numbers(of: model, in: &models)
            numbers.failure.add(duration)
            models[model] = numbers
        }
    }

    /// The numbers of a model; when it is new, there is room for them.
    private func numbers(
        of model: String,
        in models: inout [String: Numbers]
    ) -> Numbers {
        if let known = models[model] { return known }
        let served = Set(names())
        models = models.filter { served.contains($0.key) }
        if models.count >= Self.modelsMax,
            let oldest = models.min(by: { $0.value.last < $1.value.last })
        {
            models[oldest.key] = nil
        }
        return Numbers()
    }

    /// One element of `model_stats`.
    func json(_ model: String, version: String) -> JSONValue {
        let numbers = models.withLock { $0[model] } ?? Numbers()
        let none = Self.json(Total())
        return .members([
            "name": .string(model),
            "version": .string(version),
            "last_inference": Self.whole(numbers.last),
            "inference_count": Self.whole(numbers.rows),
            "execution_count": Self.whole(numbers.success.count),
            "inference_stats": .members([
                "success": Self.json(numbers.success),
                "fail": Self.json(numbers.failure),
                // Inferences run as they come: none waits, none is answered from a cache.
                "queue": none,
                "compute_input": Self.json(numbers.input),
                "compute_infer": Self.json(numbers.compute),
                "compute_output": Self.json(numbers.output),
                "cache_hit": none,
                "cache_miss": none,
            ]),
            "batch_stats": .array([]),
        ])
    }

    private static func json(_ total: Total) -> JSONValue {
        let nanoseconds = Int(total.duration.nanosecondsClamped)
        return .members(["count": whole(total.count), "ns": .integer(nanoseconds)])
    }

    private static func whole(_ value: UInt64) -> JSONValue { .integer(Int(clamping: value)) }
}
