// SPDX-License-Identifier: Apache-2.0

internal import CXGBoost

/// What libxgboost refused to do.
package struct XGBoostError: Error, Equatable, CustomStringConvertible {
    /// The C function that failed.
    package let call: String
    /// The first line of libxgboost's own message.
    package let message: String

    /// What the library says, and of which call.
    package var description: String {
        message.isEmpty
            ? "libxgboost refuses \(call) without a reason"
            : "libxgboost refuses \(call): \(message)"
    }

    /// Turns a C return code into a thrown error.
    ///
    /// libxgboost keeps its message per thread and does not clear it on success, so it is read
    /// here, on the thread of the call and before anything else can run.
    static func check(_ call: StaticString, _ code: CInt) throws(XGBoostError) {
        guard code != 0 else { return }
        let text = unsafe XGBGetLastError().map { unsafe String(cString: $0) } ?? ""
        throw XGBoostError(call: "\(call)", message: firstSentence(of: text))
    }

    /// libxgboost prefixes a time and a source position and appends a stack trace; neither helps.
    private static func firstSentence(of text: String) -> String {
        let line = text.split(separator: "\n").first { !$0.allSatisfy(\.isWhitespace) } ?? ""
        guard let position = line.firstRange(ofSuffixMarker: ": ") else { return String(line) }
        return String(line[position...])
    }
}

extension Substring {
    /// The start of what follows a leading "[hh:mm:ss] path.cc:123: ", or nil without one.
    fileprivate func firstRange(ofSuffixMarker marker: String) -> Index? {
        guard hasPrefix("["), let close = firstIndex(of: "]") else { return nil }
        var index = close
        while index < endIndex {
            if self[index...].hasPrefix(marker) { return self.index(index, offsetBy: marker.count) }
            index = self.index(after: index)
        }
        return nil
    }
}
