// SPDX-License-Identifier: Apache-2.0

/// The rule for names of models, with `@` before a pinned generation: they become file names, keys
/// and log fields.
enum ModelNameRule {
    static let refusal = RPCStatus(
        .invalidArgument,
        "model: 1 to 128 of A-Z a-z 0-9 . _ - @ and no leading dot"
    )

    static func accepts(_ bytes: [UInt8]) -> Bool {
        (1...RPCLimits.modelNameBytesMax).contains(bytes.count)
            && bytes.first != UInt8(ascii: ".") && bytes.allSatisfy(isAllowed)
    }

    static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"), UInt8(ascii: "@"):
            true
        default: false
        }
    }
}
