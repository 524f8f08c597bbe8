// SPDX-License-Identifier: Apache-2.0

internal import LoanServer
internal import LoanService

/// What `predict` is asked of the reasons of scores.
extension PredictCommand {
    /// The number of reasons, where columns of them are wanted.
    func checkedReasons() throws -> Int? {
        guard let reasons else { return nil }
        guard (1...ReasonLimits.countMax).contains(reasons) else {
            throw CommandFailure.usage("--reasons is a number from 1 to \(ReasonLimits.countMax)")
        }
        return reasons
    }

    /// The record that contributions start from; nil for the mean over the training.
    func baselineRecord() throws -> BaselineRecord? {
        guard let baseline else { return nil }
        guard reasons != nil || contributions != nil else {
            throw CommandFailure.usage("--baseline goes with --reasons or --contributions")
        }
        let bytes = try InputFile.contents(of: baseline, bytesMax: ReasonLimits.baselineBytesMax)
        return try BaselineRecord.read(bytes, at: [.name("--baseline")])
    }
}
