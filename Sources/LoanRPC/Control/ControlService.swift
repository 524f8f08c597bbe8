// SPDX-License-Identifier: Apache-2.0

/// The control plane as typed calls. Each runs in a task that CANCEL, the deadline and the loss
/// of the connection cancel.
package protocol ControlService: Sendable {
    /// Describes the server and the models that it serves.
    func serverInfo(
        _ request: ServerInfoMessage
    ) async throws(RPCStatus) -> ServerDescription
    /// Prepares a table of applications for training.
    /// - Parameter progress: takes what is done so far.
    func prepareData(
        _ request: PrepareDataMessage,
        progress: @escaping @Sendable (ProgressMessage) -> Void
    ) async throws(RPCStatus) -> PrepareDataResult
    /// Trains a model on prepared data, and serves it.
    /// - Parameter progress: takes what is done so far.
    func train(
        _ request: TrainMessage,
        progress: @escaping @Sendable (ProgressMessage) -> Void
    ) async throws(RPCStatus) -> TrainResult
    /// Brings a stored model into service.
    func loadModel(_ request: LoadModelMessage) async throws(RPCStatus) -> ModelStatusResult
    /// Says how a model is served.
    func modelStatus(_ request: ModelStatusMessage) async throws(RPCStatus) -> ModelStatusResult
    /// Sets a second model against one that serves, or takes it away.
    func setChallenger(
        _ request: SetChallengerMessage
    ) async throws(RPCStatus) -> ChallengerResult
    /// Says which model is set against one that serves, and what is counted of it.
    func challenger(_ request: ChallengerMessage) async throws(RPCStatus) -> ChallengerResult
}
