// SPDX-License-Identifier: Apache-2.0

/// What scores batches: the server's data plane.
package protocol PredictHandler: Sendable {
    /// What scores all rows of a call, also where these come in slices: one answer comes from one
    /// model.
    associatedtype Model: Sendable = Void

    /// Rows that may be scored on an event loop: larger batches go to the pool. Asked for every
    /// batch.
    var quickRowCount: Int { get }

    /// The model that a batch names; asked for once for each call, and for each batch of several.
    func model(of batch: borrowing PredictBatch) throws(RPCStatus) -> Model

    /// Scores every row of `batch`.
    ///
    /// Called on an event loop for small batches and on a thread of the predict pool for large
    /// ones: it neither waits nor takes a contended lock. A batch of several calls that fails is
    /// scored again call by call, so that each gets its own answer.
    /// - Parameters:
    ///   - scores: receives a probability for every row, and what `batch.outputs` asks for.
    ///   - stop: to be looked at between blocks; when it says stop, throw `stop.status`.
    func predict(
        _ batch: borrowing PredictBatch,
        with model: Model,
        into scores: inout PredictScores,
        until stop: StopSignal
    ) throws(RPCStatus)

    /// A number for a call that arrives, which no other call has; 0 where nobody needs one.
    func nextCallNumber() -> UInt64

    /// Waits for what `PredictScores.ticket` stands for, without keeping the thread.
    /// - Parameter done: takes nil where the answer may be sent, or else what to answer instead; on
    ///   any thread.
    func settle(_ ticket: UInt64, _ done: @escaping @Sendable (RPCStatus?) -> Void)
}

extension PredictHandler {
    /// As many as the server is configured to.
    package var quickRowCount: Int { .max }

    /// Nobody asks which call is which.
    package func nextCallNumber() -> UInt64 { 0 }

    /// There is nothing to wait for.
    package func settle(_ ticket: UInt64, _ done: @escaping @Sendable (RPCStatus?) -> Void) {
        done(nil)
    }

    /// Scores a batch of all rows of its calls.
    func predict(
        whole batch: borrowing PredictBatch,
        into scores: inout PredictScores,
        until stop: StopSignal
    ) throws(RPCStatus) {
        try predict(batch, with: model(of: batch), into: &scores, until: stop)
    }
}

extension PredictHandler where Model == Void {
    /// There is one model only.
    package func model(of batch: borrowing PredictBatch) throws(RPCStatus) {}
}
