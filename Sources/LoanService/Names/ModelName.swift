// SPDX-License-Identifier: Apache-2.0

/// The rule for names of models: they become file names, object keys, log fields and labels.
package enum ModelName {
    /// Characters of a name.
    package static let lengthMax = 128

    /// Accepts `[A-Za-z0-9._-]{1,128}` that does not start with a dot.
    package static func validate(_ name: String) throws(ServiceError) {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isPlain, (1...lengthMax).contains(name.utf8.count), !name.hasPrefix(".") else {
            throw .invalid(
                .modelName,
                "a model name has 1 to \(lengthMax) of A-Z a-z 0-9 . _ - and no leading dot",
                kind: .modelName
            )
        }
    }
}
