// SPDX-License-Identifier: Apache-2.0

package import DecisionRecord
internal import LoanModel

/// Makes recorded decisions again, from the files that the record keeps, and compares every bit of
/// what was answered. Rows of many frames are scored together; memory does not grow with the
/// record.
package struct Replay {
    /// What came of it so far. Rows that wait to be scored are missing until `finish`.
    package private(set) var report = ReplayReport()

    private let place: RecordPlace
    private let kernels: ReplayKernels
    private let comparesReasons: Bool
    private var models: [RecordedModel.Parts: Result<RecordedModel, ReplayProblem>] = [:]
    /// All that have been loaded.
    private var loaded: Set<RecordedModel.Parts> = []
    /// Models in the order of their last use.
    private var order: [RecordedModel.Parts] = []
    /// Rows that wait, all of the segment that is being read.
    private var batches: [ReplayBatch] = []
    private var segment: (stream: String, number: UInt64) = ("", 0)

    /// Models that are kept in memory.
    private static let modelsMax = 4
    /// Batches that wait at a time.
    private static let batchesMax = 64

    /// - Parameters:
    ///   - place: where the record is.
    ///   - kernels: those that score.
    ///   - comparesReasons: whether reasons that were answered are worked out again, which costs as
    ///     much as hundreds of predictions.
    package init(_ place: RecordPlace, kernels: ReplayKernels, comparesReasons: Bool = true) {
        self.place = place
        self.kernels = kernels
        self.comparesReasons = comparesReasons
    }

    /// Takes decisions.
    package mutating func add(_ decisions: RecordedDecisions) {
        if decisions.place.segment != segment.number || decisions.place.stream != segment.stream {
            flushAll()
            segment = (decisions.place.stream, decisions.place.segment)
        }
        let answers = ReplayBatch.Answers(decisions.frame)
        let found = batches.firstIndex {
            $0.context === decisions.context && $0.answers == answers
        }
        guard let index = found ?? begin(decisions, answers) else { return }
        batches[index].append(decisions)
        if comparesReasons { compareReasons(decisions, batches[index].model) }
        if batches[index].rowCount >= ReplayBatch.rowsMax { flush(batches.remove(at: index)) }
    }

    /// Scores what waits.
    package mutating func finish() -> ReplayReport {
        flushAll()
        return report
    }

    /// A batch for such decisions; nil where they cannot be made again, which is reported.
    private mutating func begin(
        _ decisions: RecordedDecisions,
        _ answers: ReplayBatch.Answers
    ) -> Int? {
        do throws(ReplayProblem) {
            let model = try model(of: decisions.context)
            if batches.count >= Self.batchesMax { flushAll() }
            batches.append(ReplayBatch(decisions.context, answers, model))
            return batches.count - 1
        } catch {
            report.add(error, rows: decisions.rowCount)
            return nil
        }
    }

    /// The model of a context, whose columns it takes.
    package mutating func model(
        of context: RecordedContext
    ) throws(ReplayProblem) -> RecordedModel {
        let parts = RecordedModel.Parts(context.content)
        order.removeAll { $0 == parts }
        order.append(parts)
        if models[parts] == nil {
            if order.count > Self.modelsMax { models[order.removeFirst()] = nil }
            models[parts] = load(parts, context.content.model)
        }
        guard let model = try models[parts]?.get() else {
            preconditionFailure("the model has just been loaded")
        }
        try model.check(context)
        return model
    }

    private mutating func load(
        _ parts: RecordedModel.Parts,
        _ name: String
    ) -> Result<RecordedModel, ReplayProblem> {
        do throws(ReplayProblem) {
            let model = try RecordedModel(parts, name: name, kernels: kernels, in: place)
            if loaded.insert(parts).inserted { report.modelCount += 1 }
            return .success(model)
        } catch {
            return .failure(error)
        }
    }

    private mutating func flushAll() {
        for batch in batches { flush(batch) }
        batches.removeAll(keepingCapacity: true)
    }

    private mutating func flush(_ batch: ReplayBatch) {
        guard batch.rowCount > 0 else { return }
        var comparison = ReplayComparison(batch, stream: segment.stream, segment: segment.number)
        comparison.run(into: &report)
    }

    private mutating func compareReasons(_ decisions: RecordedDecisions, _ model: RecordedModel) {
        do throws(ReplayProblem) {
            guard var comparison = try ReasonComparison(decisions, model) else { return }
            try comparison.run(into: &report)
        } catch {
            report.addReasons(error, rows: decisions.rowCount)
        }
    }
}
