// SPDX-License-Identifier: Apache-2.0

internal import CInflate

/// How a body was compressed, by the names of HTTP's `Content-Encoding` (RFC 9110, 8.4.1).
package enum ContentCoding: String, Sendable, CaseIterable {
    case gzip
    /// A zlib stream (RFC 1950), as the RFC defines the name.
    case deflate

    /// The coding that a header's value names; nil for one that is unknown.
    package init?(headerValue: String) {
        switch headerValue.lowercased() {
        case "gzip", "x-gzip": self = .gzip
        case "deflate": self = .deflate
        default: return nil
        }
    }

    /// Decompresses a whole body.
    /// - Parameter limit: bytes that the result may have; a body that holds more is refused before
    ///   more memory is taken.
    package func decode(
        _ bytes: [UInt8],
        limit: Int
    ) throws(ContentCodingError) -> [UInt8] {
        // Tabular JSON and floats shrink to a third or less; a smaller guess only costs a repeat.
        var capacity = min(limit, max(Self.capacityMin, bytes.count.multipliedClamping(by: 8)))
        while true {
            do throws(ContentCodingError) {
                return try decode(bytes, capacity: capacity)
            } catch .tooLong where capacity < limit {
                capacity = min(limit, capacity.multipliedClamping(by: 4))
            }
        }
    }

    private func decode(
        _ bytes: [UInt8],
        capacity: Int
    ) throws(ContentCodingError) -> [UInt8] {
        var outcome = CINFLATE_DAMAGED
        let decoded = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { target, count in
            unsafe bytes.withUnsafeBufferPointer { source in
                // Both buffers live during the call, with the lengths that are passed. A base
                // address is missing for an empty buffer only, which holds no stream.
                guard let input = source.baseAddress, let output = target.baseAddress else {
                    return
                }
                unsafe outcome = cinflate_decode(
                    input,
                    source.count,
                    self == .gzip,
                    output,
                    capacity,
                    &count
                )
            }
        }
        switch outcome {
        case CINFLATE_DONE: return decoded
        case CINFLATE_TOO_LONG: throw .tooLong(limit: capacity)
        case CINFLATE_NO_MEMORY: throw .noMemory
        default: throw .damaged(self)
        }
    }

    private static let capacityMin = 4096
}

/// Why a body cannot be decompressed.
package enum ContentCodingError: Error, Equatable, Sendable {
    /// The content exceeds the limit, in bytes.
    case tooLong(limit: Int)
    /// Not made of whole streams of this coding: one, or with gzip one or several members.
    case damaged(ContentCoding)
    case noMemory
}

extension ContentCodingError: CustomStringConvertible {
    /// What is wrong with the body.
    package var description: String {
        switch self {
        case .tooLong(let limit): "the decompressed body exceeds \(limit) bytes"
        case .damaged(let coding): "the body is not made of whole \(coding.rawValue) streams"
        case .noMemory: "there is no memory to decompress the body"
        }
    }
}

extension Int {
    fileprivate func multipliedClamping(by factor: Int) -> Int {
        let (product, overflows) = multipliedReportingOverflow(by: factor)
        return overflows ? .max : product
    }
}
