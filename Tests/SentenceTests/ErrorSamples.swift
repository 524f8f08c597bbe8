// SPDX-License-Identifier: Apache-2.0

import Testing

/// The sentences of one type of error: at least one for each of its cases.
struct ErrorSamples: Sendable, CustomTestStringConvertible {
    /// What one error says.
    struct Sample: Sendable {
        let caseName: String
        let sentence: String
        /// The values that the error carries: names, positions, limits.
        let values: [String]
        /// The name of the case that carries values, as the error itself has it.
        let label: String?
    }

    /// The qualified name of the type.
    let type: String
    let samples: [Sample]

    var testDescription: String { type }

    /// - Parameters:
    ///   - type: the qualified name of the errors' type, or of a type that they carry a value of.
    ///   - unsaid: values that the sentence leaves out, since they help nobody.
    ///   - errors: by the names of the type's cases.
    init<Failure: Error & CustomStringConvertible>(
        _ type: String,
        unsaid: Set<String> = [],
        _ errors: KeyValuePairs<String, Failure>
    ) {
        self.type = type
        let isOwnType = String(reflecting: Failure.self).hasSuffix(".\(type)")
        samples = errors.map { name, error in
            let children = Mirror(reflecting: error).children
            return Sample(
                caseName: name,
                sentence: "\(error)",
                values: children.flatMap { Self.values(in: $0.value) }
                    .filter { !$0.isEmpty && !unsaid.contains($0) },
                label: isOwnType ? children.first?.label : nil
            )
        }
    }

    /// The texts and whole numbers in a value, however deep.
    private static func values(in value: Any) -> [String] {
        switch value {
        case let text as String: [text]
        case let number as any FixedWidthInteger: ["\(number)"]
        case let nested as any Error & CustomStringConvertible: ["\(nested)"]
        default: Mirror(reflecting: value).children.flatMap { values(in: $0.value) }
        }
    }
}
