// SPDX-License-Identifier: Apache-2.0

internal import Protobuf

/// What a frame holds.
package enum RecordContent: Sendable {
    case header(SegmentHeader)
    case context(ContextNumber, DecisionContext)
    case decisions(DecisionFrame)
    case gap(GapFrame)
    case outcomes(OutcomeBatch)
    case shadow(ShadowBatch)
    case footer(SegmentFooter)
    /// Of a type that this release does not know.
    case unknown(RecordFrameType)

    /// Decodes a payload by itself.
    package init(_ type: RecordFrameType, payload: [UInt8]) throws(RecordReadError) {
        do throws(MessageError) {
            self = try Self.decode(type, payload[...])
        } catch {
            throw .message("\(error)")
        }
    }

    static func decode(
        _ type: RecordFrameType,
        _ payload: ArraySlice<UInt8>
    ) throws(MessageError) -> RecordContent {
        switch type {
        case .decisions: return .decisions(try DecisionFrame(payload))
        case .segmentHeader: return .header(try SegmentHeader(try RecordMessage(payload)))
        case .context:
            let (number, context) = try DecisionContext.read(try RecordMessage(payload))
            return .context(number, context)
        case .gap: return .gap(try GapFrame(try RecordMessage(payload)))
        case .outcomes: return .outcomes(try OutcomeBatch(try RecordMessage(payload)))
        case .shadow: return .shadow(try ShadowBatch(try RecordMessage(payload)))
        case .segmentFooter: return .footer(try SegmentFooter(try RecordMessage(payload)))
        default: return .unknown(type)
        }
    }
}
