// SPDX-License-Identifier: Apache-2.0

/// Bytes of a connection to requests, one after the other. A value without input or output.
///
/// Every size is bounded before memory is taken: a head while it arrives, a body by the bytes that
/// have arrived, never by the length that is announced.
package struct HTTPRequestParser {
    /// What has been read.
    package enum Event {
        /// A head is there; its body follows.
        case head
        case call(HTTPCall)
    }

    private enum Stage {
        case head
        case fixed(missing: Int)
        case chunkLine
        case chunk(missing: Int)
        case chunkEnd
        case trailer
    }

    private let limits: HTTPLimits
    private var input: [UInt8] = []
    private var position = 0
    private var stage = Stage.head
    private var scan = HeadScan()
    private var request: HTTPRequestHead?
    private var bodyCount = 0
    private var chunkCount = 0
    private var isDiscarding = false
    private var hasSkippedLine = false

    /// A parser at the beginning of a connection.
    package init(limits: HTTPLimits = HTTPLimits()) { self.limits = limits }

    /// Takes bytes of the connection.
    package mutating func append(_ bytes: some Collection<UInt8>) {
        input.append(contentsOf: bytes)
    }

    /// Bytes that wait.
    package var unreadCount: Int { input.count - position }

    /// Bytes of requests that are held: what waits, and the body so far.
    package var heldCount: Int { unreadCount + (request?.call.body.count ?? 0) }

    /// Whether a request has begun and is not whole.
    package var isInsideRequest: Bool {
        if case .head = stage { unreadCount > 0 } else { true }
    }

    /// The head of the request whose body is being read.
    package var head: HTTPCall? { request?.call }

    /// Notes what the router found for the request whose body is being read.
    package mutating func note(_ match: HTTPMatch) { request?.call.match = match }

    /// Whether another request may follow the one read last.
    package private(set) var keepsAlive = true

    /// Whether the client of the request read last knows chunked answers.
    package private(set) var isHTTP11 = true

    /// Whether the client holds its body back until it is asked for.
    package var awaitsContinue: Bool { request?.expectsContinue == true && unreadCount == 0 }

    /// Drops the body of the current request instead of keeping it.
    package mutating func discardBody() { isDiscarding = true }

    /// The next event in the bytes so far; nil when more bytes are needed.
    package mutating func next() throws(HTTPParseError) -> Event? {
        while true {
            switch stage {
            case .head: return try readHead()
            case .fixed(let missing):
                let count = take(upTo: missing)
                stage = .fixed(missing: missing - count)
                return missing == count ? finish() : more()
            case .chunkLine:
                guard let size = try readChunkLine() else { return more() }
                guard bodyCount + size <= limits.bodyBytesMax else {
                    throw .bodyTooLarge(limit: limits.bodyBytesMax)
                }
                chunkCount += 1
                let chunksMax = limits.smallChunksMax + bodyCount / limits.chunkBytesMin
                guard chunkCount <= chunksMax else { throw .malformed(.chunkCount) }
                if size > 0 {
                    stage = .chunk(missing: size)
                } else {
                    stage = .trailer
                    scan = HeadScan(hasFirstLine: false)
                }
            case .chunk(let missing):
                let count = take(upTo: missing)
                stage = missing == count ? .chunkEnd : .chunk(missing: missing - count)
                if missing != count { return more() }
            case .chunkEnd:
                guard unreadCount >= 2 else { return more() }
                guard input[position] == .carriageReturn, input[position + 1] == .lineFeed else {
                    throw .malformed(.chunk)
                }
                position += 2
                stage = .chunkLine
            case .trailer:
                return try readTrailer() ? finish() : more()
            }
        }
    }

    // MARK: Heads

    private mutating func readHead() throws(HTTPParseError) -> Event? {
        guard scan.offset > 0 || skipEmptyLine() else { return more() }
        guard let length = try scan.end(in: input, from: position, limits) else { return more() }
        let bytes = Array(input[position..<position + length])
        position += length
        scan = HeadScan()
        hasSkippedLine = false
        let request = try HTTPRequestHead(bytes, limits: limits)
        keepsAlive = request.keepsAlive
        isHTTP11 = request.isHTTP11
        bodyCount = 0
        chunkCount = 0
        isDiscarding = false
        self.request = request
        switch request.framing {
        case .length(let length):
            guard length <= limits.bodyBytesMax else {
                throw .bodyTooLarge(limit: limits.bodyBytesMax)
            }
            stage = .fixed(missing: length)
        case .chunked: stage = .chunkLine
        }
        return .head
    }

    /// One empty line before a request is allowed: old clients end bodies with it.
    /// - Returns: false when only the next byte shows whether there is one.
    private mutating func skipEmptyLine() -> Bool {
        guard !hasSkippedLine, unreadCount > 0, input[position] == .carriageReturn else {
            return true
        }
        guard unreadCount > 1 else { return false }
        if input[position + 1] == .lineFeed {
            position += 2
            hasSkippedLine = true
        }
        return true
    }

    // MARK: Bodies

    /// Moves up to `count` bytes into the body; returns how many there were.
    private mutating func take(upTo count: Int) -> Int {
        let count = min(count, unreadCount)
        if !isDiscarding {
            request?.call.body.append(contentsOf: input[position..<position + count])
        }
        bodyCount += count
        position += count
        return count
    }

    /// The size in a chunk's line; extensions are checked and dropped. What a line may not hold
    /// is refused before its end has come.
    private mutating func readChunkLine() throws(HTTPParseError) -> Int? {
        let rest = input[position...].prefix(limits.chunkLineBytesMax + 1)
        let end = rest.firstIndex(of: .carriageReturn) ?? rest.endIndex
        let line = input[position..<end]
        guard line.count <= limits.chunkLineBytesMax, line.allSatisfy(\.isFieldContent) else {
            throw .malformed(.chunk)
        }
        guard end + 1 < input.count else { return nil }
        let digits = line.prefix { $0.hexDigit != nil }
        var extensions = ChunkExtensions(line[digits.endIndex...])
        guard input[end + 1] == .lineFeed, (1...8).contains(digits.count), extensions.areWellFormed
        else { throw .malformed(.chunk) }
        position = end + 2
        return digits.reduce(0) { $0 << 4 | ($1.hexDigit ?? 0) }
    }

    /// Reads and drops the fields after the last chunk.
    private mutating func readTrailer() throws(HTTPParseError) -> Bool {
        var bounds = limits
        bounds.headerBytesMax = limits.trailerBytesMax
        guard let length = try scan.end(in: input, from: position, bounds) else {
            return false
        }
        var fields = FieldScanner(Array(input[position..<position + length]), start: 0)
        while try fields.next() != nil {}
        position += length
        scan = HeadScan()
        return true
    }

    private mutating func finish() -> Event? {
        stage = .head
        defer { request = nil }
        return request.map { .call($0.call) }
    }

    /// Gives back what has been read before more bytes come.
    private mutating func more() -> Event? {
        guard position > 0 else { return nil }
        if position == input.count, input.capacity <= Self.capacityKept {
            input.removeAll(keepingCapacity: true)
        } else {
            input = Array(input[position...])
        }
        position = 0
        return nil
    }

    /// What a connection keeps for its next request, in bytes.
    private static let capacityKept = 16 << 10
}
