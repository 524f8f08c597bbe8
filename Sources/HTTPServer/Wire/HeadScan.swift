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
        while start + offset < input.count {
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
        return nil
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
        guard let firstLineLength else {
            // The longest method and the version go beside the target.
            let room = limits.targetBytesMax + HTTPMethod.lengthMax + 12
            if offset > room { throw .targetTooLong(limit: limits.targetBytesMax) }
            return
        }
        // The carriage return of the empty line does not count.
        if offset - firstLineLength > limits.headerBytesMax + 1 { throw .headersTooLarge }
    }
}
