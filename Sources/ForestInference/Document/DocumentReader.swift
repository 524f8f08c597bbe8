// SPDX-License-Identifier: Apache-2.0

/// Pulls values out of a JSON or UBJSON document, front to back.
///
/// The caller asks for what it expects, so the call depth is the caller's, never the input's. Text
/// that is handed out is limited; values that are stepped over are limited by the document alone.
protocol DocumentReader {
    /// Bytes read so far.
    var offset: Int { get }
    /// Enters an object.
    mutating func beginObject() throws(ForestError) -> ContainerState
    /// The next key of the innermost object, or nil at its end. More than `limit` bytes are an
    /// error.
    mutating func nextKey(
        _ state: inout ContainerState,
        limit: Int
    ) throws(ForestError) -> String?
    /// Enters an array.
    mutating func beginArray() throws(ForestError) -> ContainerState
    /// Whether the innermost array has another element, which must then be read.
    mutating func hasElement(_ state: inout ContainerState) throws(ForestError) -> Bool
    /// A string, a number or a boolean as text. More than `limit` bytes are an error.
    mutating func scalarText(limit: Int) throws(ForestError) -> String
    /// An array of numbers, rounded to float32.
    mutating func floats(limit: Int) throws(ForestError) -> [Float]
    /// An array of integers or booleans.
    mutating func integers(limit: Int) throws(ForestError) -> [Int32]
    /// An array of integers of up to 64 bits.
    mutating func wideIntegers(limit: Int) throws(ForestError) -> [Int64]
    /// Steps over a value of any kind.
    mutating func skip() throws(ForestError)
    /// Checks that nothing but white space follows.
    mutating func finish() throws(ForestError)
}

extension DocumentReader {
    /// A string, a number or a boolean as text, of the usual length.
    mutating func scalarText() throws(ForestError) -> String {
        try scalarText(limit: ForestLimits.textBytesMax)
    }
}

/// Where a reader is within one container.
struct ContainerState {
    /// Elements to come, where the container announces them.
    var remaining: Int?
    /// The UBJSON marker all elements share, where they do.
    var type: UInt8?
    /// Whether an element has been read.
    var isStarted = false
}
