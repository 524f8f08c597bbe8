// SPDX-License-Identifier: Apache-2.0

/// What answers the calls that are not predictions: the server's control plane.
///
/// Messages are protobuf; `ControlService` offers them as types.
package protocol ControlHandler: Sendable {
    /// Answers a call. Runs in a task, which CANCEL, the deadline and the loss of the connection
    /// cancel.
    /// - Parameters:
    ///   - message: the request as it came.
    ///   - progress: takes encoded Progress messages of `prepareData` and `train`.
    /// - Returns: the encoded response.
    func answer(
        _ method: Method,
        message: [UInt8],
        progress: @escaping @Sendable ([UInt8]) -> Void
    ) async throws(RPCStatus) -> [UInt8]
}
