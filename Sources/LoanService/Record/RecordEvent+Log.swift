// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord
internal import Logging

extension RecordEvent {
    /// Says it in the log. The digest of a sealed segment is an anchor: who has the log can prove
    /// that the record up to there is as it was.
    func log(to logger: Logger) {
        switch self {
        case .recovered(let recovery):
            guard !recovery.isNothing else { return }
            logger.notice(
                "the decision record goes on after an earlier process",
                metadata: [
                    LogKey.recordBytesCut: "\(recovery.bytesCut)",
                    LogKey.recordFrames: "\(recovery.framesFromRing)",
                    LogKey.recordFramesLost: "\(recovery.framesLost)",
                ]
            )
        case .sealed(let stream, let segment, let digest, let rows):
            logger.info(
                "a segment of the decision record is sealed",
                metadata: [
                    LogKey.recordStream: "\(stream)", LogKey.recordSegment: "\(segment)",
                    LogKey.recordDigest: "\(digest)", LogKey.rows: "\(rows)",
                ]
            )
        case .uploaded(let name):
            logger.debug("stored for the record", metadata: [LogKey.objectName: "\(name)"])
        case .deleted(let name):
            logger.notice(
                "deleted from the decision record as its time was up",
                metadata: [LogKey.objectName: "\(name)"]
            )
        case .failing(let sentence):
            logger.error("the decision record fails", metadata: [LogKey.error: "\(sentence)"])
        case .works: logger.notice("the decision record works again")
        }
    }
}
