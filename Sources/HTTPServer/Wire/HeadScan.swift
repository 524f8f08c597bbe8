// SPDX-License-Identifier: Apache-2.0

/// Finds the empty line that ends a head, looking at each byte once however slowly they come, and
/// bounds what may still come of it.
struct HeadScan {
    /// Bytes that have been looked at.
    private(set) var offset = 0
    private var lineStart = 0
    private var firstLineLength: Int?
    private var fieldCount = 0

    /// - Parameter hasFirstLine: whether a request line stands before the fields.
    init(hasFirstLine: Bool = true) {
        firstLineLength = hasFirstLine ? nil : 0
    }

    /// Bytes of the head with its empty line; nil when it is not there yet.
    mutating func end(
        in input: [UInt8],
        from start: Int,
        _ limits: HTTPLimits
    ) throws(HTTPParseError) -> Int? {
        while true {
            skipContent(in: input, from: start, limits)
            guard start + offset < input.count else { return nil }
            let byte = input[start + offset]
            let isAfterReturn = offset > lineStart && input[start + offset - 1] == .carriageReturn
            // A carriage return and a line feed stand together or not at all.
            guard isAfterReturn == (byte == .lineFeed) else { throw .malformed(.lineEnd) }
            offset += 1
            guard byte == .lineFeed else {
                guard byte.isFieldContent || byte == .carriageReturn else {
                    throw .malformed(firstLineLength == nil ? .requestLine : .fieldValue)
                }
                try check(limits)
                continue
            }
            if offset - lineStart == 2, firstLineLength != nil { return offset }
            try endLine(limits)
        }
    }

    /// Steps over what may stand in a line, up to the first byte that needs a closer look.
    private mutating func skipContent(in input: [UInt8], from start: Int, _ limits: HTTPLimits) {
        // Only a line feed may follow a carriage return.
        guard offset == lineStart || input[start + offset - 1] != .carriageReturn else { return }
        let end = min(input.count, start + offsetMax(limits))
        while start + offset < end, input[start + offset].isFieldContent { offset += 1 }
    }

    private mutating func endLine(_ limits: HTTPLimits) throws(HTTPParseError) {
        if firstLineLength == nil {
            firstLineLength = offset
        } else {
            fieldCount += 1
        }
        guard fieldCount <= limits.headerCountMax else { throw .headersTooLarge }
        lineStart = offset
    }

    private func check(_ limits: HTTPLimits) throws(HTTPParseError) {
        guard offset > offsetMax(limits) else { return }
        throw firstLineLength == nil
            ? .targetTooLong(limit: limits.targetBytesMax) : .headersTooLarge
    }

    /// Bytes that may be there before the line ends.
    private func offsetMax(_ limits: HTTPLimits) -> Int {
        guard let firstLineLength else {
            // The longest method and the version, in addition to the target.
            return limits.targetBytesMax + HTTPMethod.lengthMax + 12
        }
        // The carriage return of the empty line does not count.
        return firstLineLength + limits.headerBytesMax + 1
    }
}
