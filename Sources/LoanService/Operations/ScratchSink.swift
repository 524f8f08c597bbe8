// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import LoanModel
internal import Machine
internal import ObjectStorage

/// A matrix on its way to storage. Memory stays bounded while four matrices grow at once: a large
/// one is made in its place where the store has that, others are spooled to an unnamed file of this
/// machine and then read as a source.
///
/// Bytes are gathered before they are written, since labels come in small pieces.
struct ScratchSink: MatrixSink {
    private let handle: FileHandle
    private let stop: WorkStop
    private let space: ScratchSpace
    private let stage: ObjectStage
    /// Whether the matrix is large enough to go to its place at once.
    private var isLarge = false
    /// The object in its place, once bytes have come.
    private var staged: (any StagedObject)?
    /// Whether all of the file is counted already.
    private var isCounted = false
    private var buffer: [UInt8] = []
    private var length = 0

    private static let bufferBytes = 1 << 20

    /// Opens a file that no name leads to: it goes with the handle.
    /// - Parameters:
    ///   - space: what the file may take.
    ///   - stage: where the matrix may be made instead.
    ///   - stop: once raised, the sink takes and gives no more bytes.
    init(
        in space: ScratchSpace,
        or stage: ObjectStage,
        until stop: WorkStop
    ) throws(ObjectStoreError) {
        self.space = space
        self.stage = stage
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
            isLarge = byteCount >= ObjectStage.bytesMin
        }
        buffer.reserveCapacity(Self.bufferBytes)
    }

    mutating func append(_ bytes: RawSpan) throws(ObjectStoreError) {
        if let staged {
            if stop.isRaised { throw .stopped }
            try staged.append(bytes)
            return
        }
        unsafe bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    mutating func end() throws(ObjectStoreError) { try flush() }

    private mutating func flush() throws(ObjectStoreError) {
        if stop.isRaised { throw .stopped }
        if isLarge, staged == nil {
            staged = try stage.begin()
            isLarge = staged != nil
        }
        if let staged {
            // Bytes of an array have no padding.
            try unsafe staged.append(buffer.span.bytes)
            buffer = []
            return
        }
        if !isCounted { try space.take(buffer.count) }
        do {
            try handle.write(contentsOf: buffer)
        } catch {
            throw .outOfSpace
        }
        length += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    /// The whole matrix.
    var content: ObjectContent { staged.map { .staged($0) } ?? .source(spooled) }

    /// The spooled bytes, from the first one on.
    private var spooled: ObjectSource {
        let spooled = ObjectSource(handle, length: length)
        return ObjectSource(length: length) {
            [stop] (buffer, bytesMax) throws(ObjectStoreError) in
            if stop.isRaised { throw .stopped }
            try spooled.read(&buffer, bytesMax)
        }
    }
}
