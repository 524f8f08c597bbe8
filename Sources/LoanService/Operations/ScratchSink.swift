// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import LoanModel
internal import Machine
internal import ObjectStorage

/// A matrix on its way to storage: spooled to an unnamed file of this machine, so that memory stays
/// bounded while four matrices grow at once, and then read as a source.
///
/// Bytes are gathered before they are written, since labels come in small pieces.
struct ScratchSink: MatrixSink {
    private let handle: FileHandle
    private let stop: WorkStop
    private let space: ScratchSpace
    /// Whether all of the file is counted already.
    private var isCounted = false
    private var buffer: [UInt8] = []
    private var length = 0

    private static let bufferBytes = 1 << 20

    /// Opens a file that no name leads to: it goes with the handle.
    /// - Parameters:
    ///   - space: what the file may take.
    ///   - stop: once raised, the sink takes and gives no more bytes.
    init(in space: ScratchSpace, until stop: WorkStop) throws(ObjectStoreError) {
        self.space = space
        self.stop = stop
        do throws(UnnamedFile.Failure) {
            let descriptor = try UnnamedFile.open(in: space.folder.path)
            handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        } catch {
            throw .outOfSpace
        }
    }

    mutating func begin(_ shape: MatrixShape) throws(ObjectStoreError) {
        // A cell of CSV has a character and a comma or the end of its line.
        try space.announce(shape.byteCount ?? 2 * shape.rows * shape.columns)
        if let byteCount = shape.byteCount {
            try space.take(byteCount)
            isCounted = true
        }
        buffer.reserveCapacity(Self.bufferBytes)
    }

    mutating func append(_ bytes: RawSpan) throws(ObjectStoreError) {
        unsafe bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    mutating func end() throws(ObjectStoreError) { try flush() }

    private mutating func flush() throws(ObjectStoreError) {
        if stop.isRaised { throw .stopped }
        if !isCounted { try space.take(buffer.count) }
        do {
            try handle.write(contentsOf: buffer)
        } catch {
            throw .outOfSpace
        }
        length += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    /// The spooled bytes, from the first one on.
    var source: ObjectSource {
        let spooled = ObjectSource(handle, length: length)
        return ObjectSource(length: length) {
            [stop] (buffer, bytesMax) throws(ObjectStoreError) in
            if stop.isRaised { throw .stopped }
            try spooled.read(&buffer, bytesMax)
        }
    }
}
