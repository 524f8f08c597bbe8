// SPDX-License-Identifier: Apache-2.0

internal import Digest

/// The frame around every stored artifact: magic, version, kind, length, SHA-256. The layout is
/// specified in `proto/loan_default/v1/artifact.proto`.
///
/// The checksum covers the header before it and the payload, so every flipped bit, every truncation
/// and every appended byte is found before anything is decoded.
package enum ArtifactContainer {
    /// Bytes before the payload.
    package static let headerLength = 56
    /// The magic with its last byte: the major version.
    package static let magic: [UInt8] = [0x89, 0x4C, 0x44, 0x41, 0x0D, 0x0A, 0x1A, 0x01]
    /// Readers take every minor version.
    package static let minorVersion: UInt16 = 0
    /// The largest artifact a reader accepts, in bytes.
    package static let lengthMax = 64 << 20

    /// Wraps a payload.
    package static func seal(_ payload: [UInt8], kind: ArtifactKind) -> [UInt8] {
        var bytes = magic
        bytes.reserveCapacity(headerLength + payload.count)
        bytes.appendLittleEndian(minorVersion)
        bytes.appendLittleEndian(kind.rawValue)
        bytes.appendLittleEndian(UInt32(0))
        bytes.appendLittleEndian(UInt64(payload.count))
        bytes.append(contentsOf: digest(header: bytes[...], payload: payload[...]))
        bytes.append(contentsOf: payload)
        return bytes
    }

    /// Verifies a container and returns its payload.
    package static func open(
        _ bytes: [UInt8],
        kind: ArtifactKind
    ) throws(ArtifactError) -> ArraySlice<UInt8> {
        try checkMagic(bytes)
        guard bytes.count <= lengthMax else { throw .tooLarge(limit: lengthMax) }
        guard bytes.count >= headerLength else {
            throw .wrongLength(expected: headerLength, found: bytes.count)
        }
        let announced = bytes.littleEndian(at: 16, as: UInt64.self)
        guard announced == UInt64(bytes.count - headerLength) else {
            let expected = Int(clamping: announced).addingReportingOverflow(headerLength)
            throw .wrongLength(
                expected: expected.overflow ? Int.max : expected.partialValue,
                found: bytes.count
            )
        }
        let payload = bytes[headerLength...]
        guard bytes[24..<headerLength].elementsEqual(digest(header: bytes[..<24], payload: payload))
        else { throw .checksumMismatch }
        let found = bytes.littleEndian(at: 10, as: UInt16.self)
        guard found == kind.rawValue else { throw .wrongKind(expected: kind, found: found) }
        return payload
    }

    /// What a container says it holds; nothing else of it is verified.
    package static func kind(of bytes: [UInt8]) throws(ArtifactError) -> ArtifactKind {
        try checkMagic(bytes)
        guard bytes.count >= headerLength else {
            throw .wrongLength(expected: headerLength, found: bytes.count)
        }
        let found = bytes.littleEndian(at: 10, as: UInt16.self)
        guard let kind = ArtifactKind(rawValue: found) else {
            throw .newerRelease(what: "artifact kind \(found)")
        }
        return kind
    }

    /// Distinguishes our containers from other files under their names.
    private static func checkMagic(_ bytes: [UInt8]) throws(ArtifactError) {
        guard !bytes.starts(with: magic) else { return }
        guard !bytes.isEmpty else { throw .empty }
        let prefix = magic.dropLast()
        if bytes.starts(with: prefix), bytes.count > prefix.count, bytes[prefix.count] > magic[7] {
            throw .newerRelease(what: "container version \(bytes[prefix.count])")
        }
        if bytes.count < magic.count, magic.starts(with: bytes) {
            throw .wrongLength(expected: headerLength, found: bytes.count)
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw .byteOrderMark }
        if let form = Compression(of: bytes) { throw .compressed(form) }
        // Protocols 2 to 5.
        let isPickle = bytes.count >= 2 && bytes[0] == 0x80 && (2...5).contains(bytes[1])
        throw isPickle ? .pickle : .unknownFormat
    }

    private static func digest(
        header: ArraySlice<UInt8>,
        payload: ArraySlice<UInt8>
    ) -> [UInt8] {
        var hash = SHA256()
        hash.update(header.span)
        hash.update(payload.span)
        return hash.finalize()
    }
}

extension [UInt8] {
    fileprivate mutating func appendLittleEndian<Value: FixedWidthInteger>(_ value: Value) {
        for shift in stride(from: 0, to: Value.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    fileprivate func littleEndian<Value: FixedWidthInteger>(
        at offset: Int,
        as type: Value.Type
    ) -> Value {
        self[offset..<offset + Value.bitWidth / 8].reversed().reduce(0) { $0 << 8 | Value($1) }
    }
}
