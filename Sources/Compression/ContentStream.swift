// SPDX-License-Identifier: Apache-2.0

// A file is read from its first byte to its last, in pieces of any size. What it is shows in its
// first four bytes, until which it is held back. Content that is not compressed is passed on as it
// came, without a copy.
//
// Limits: `CompressionLimits`, and one piece of content of 256 KiB.

/// The content of a file that may be compressed.
package struct ContentStream: ~Copyable {
    private static let pieceBytes = 1 << 18

    private enum Form {
        /// Not known before there are enough bytes.
        case opening([UInt8])
        case plain
        case compressed(CompressionFormat, any Decoder)
    }

    private let limits: CompressionLimits
    private var form = Form.opening([])
    private var piece: [UInt8] = []
    private var bytesRead = 0
    private var bytesWritten = 0

    /// Begins a file.
    package init(limits: CompressionLimits = CompressionLimits()) { self.limits = limits }

    /// Reads the next bytes of the file.
    /// - Parameter body: gets its content, piece by piece.
    /// - Throws: `StreamError`.
    package mutating func append<Failure: Error>(
        _ chunk: borrowing Span<UInt8>,
        _ body: (borrowing Span<UInt8>) throws(Failure) -> Void
    ) throws(StreamError<Failure>) {
        guard case .opening(var opening) = form else {
            try pass(chunk, body)
            return
        }
        for index in chunk.indices { opening.append(chunk[index]) }
        form = .opening(opening)
        if opening.count >= CompressionFormat.magicLength { try begin(body) }
    }

    /// Ends the file.
    /// - Throws: `StreamError`, where the content is not complete.
    package mutating func finish<Failure: Error>(
        _ body: (borrowing Span<UInt8>) throws(Failure) -> Void
    ) throws(StreamError<Failure>) {
        try begin(body)
        guard case .compressed(let format, let decoder) = form, !decoder.isComplete else { return }
        throw .compression(.cut(format))
    }

    /// Finds out what the file is, and passes on what was held back.
    private mutating func begin<Failure: Error>(
        _ body: (borrowing Span<UInt8>) throws(Failure) -> Void
    ) throws(StreamError<Failure>) {
        guard case .opening(let opening) = form else { return }
        do throws(CompressionError) {
            switch CompressionFormat(opening: opening) {
            case nil: form = .plain
            case .gzip?: form = .compressed(.gzip, try GzipDecoder())
            case .zstandard?:
                let decoder = try ZstandardDecoder(windowBytesLog: limits.windowBytesLog)
                form = .compressed(.zstandard, decoder)
            }
        } catch {
            throw .compression(error)
        }
        try pass(opening.span, body)
    }

    private mutating func pass<Failure: Error>(
        _ chunk: borrowing Span<UInt8>,
        _ body: (borrowing Span<UInt8>) throws(Failure) -> Void
    ) throws(StreamError<Failure>) {
        guard case .compressed(let format, let decoder) = form else {
            do throws(Failure) { try body(chunk) } catch { throw .content(error) }
            return
        }
        bytesRead += chunk.count
        if piece.isEmpty { piece = [UInt8](repeating: 0, count: Self.pieceBytes) }
        var start = 0
        var isFull = false
        // A full piece may not be all that the decoder has.
        while start < chunk.count || isFull {
            let step: (read: Int, written: Int)
            do throws(CompressionError) {
                step = try self.step(decoder, chunk.extracting(start..<chunk.count))
            } catch {
                throw .compression(error)
            }
            start += step.read
            isFull = step.written == piece.count
            guard step.read > 0 || step.written > 0 else { break }
            guard step.written > 0 else { continue }
            do throws(Failure) {
                try body(piece.span.extracting(0..<step.written))
            } catch {
                throw .content(error)
            }
        }
        guard start == chunk.count else { throw .compression(.damaged(format)) }
    }

    private mutating func step(
        _ decoder: any Decoder,
        _ input: borrowing Span<UInt8>
    ) throws(CompressionError) -> (read: Int, written: Int) {
        // Safe: both buffers live for this call, and the decoder keeps neither.
        let step = try unsafe input.withUnsafeBufferPointer { (source) throws(CompressionError) in
            try unsafe piece.withUnsafeMutableBufferPointer { (target) throws(CompressionError) in
                try unsafe decoder.step(source, target)
            }
        }
        bytesWritten += step.written
        try checkLength()
        return step
    }

    private func checkLength() throws(CompressionError) {
        guard bytesWritten <= limits.contentBytesMax else {
            throw .contentTooLong(limit: limits.contentBytesMax)
        }
        guard bytesWritten <= limits.freeBytes || bytesWritten / limits.densityMax <= bytesRead
        else { throw .tooDense(limit: limits.densityMax) }
    }
}

/// Why the content of a file cannot be read on.
package enum StreamError<Failure: Error>: Error {
    /// The file itself.
    case compression(CompressionError)
    /// What is made of its content.
    case content(Failure)
}

extension StreamError: Equatable where Failure: Equatable {}
