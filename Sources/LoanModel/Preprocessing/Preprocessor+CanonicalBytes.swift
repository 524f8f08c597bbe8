// SPDX-License-Identifier: Apache-2.0

extension Preprocessor {
    /// An encoding of everything that decides what this preprocessor computes, and of nothing
    /// else: equal preprocessors have equal bytes, different ones different bytes. Made to be
    /// hashed, not to be read back. Lengths are 32-bit and doubles 64-bit, little-endian.
    package var canonicalBytes: [UInt8] {
        var bytes = Array("loan-default preprocessor 1\n".utf8)
        Self.append(steps.count, to: &bytes)
        for step in steps { Self.append(step.fitted, to: &bytes) }
        return bytes
    }

    private static func append(_ fitted: FittedFeature, to bytes: inout [UInt8]) {
        append(fitted.name, to: &bytes)
        switch fitted {
        case .impute(let imputer):
            bytes.append(1)
            append(imputer.median, to: &bytes)
        case .power(let power):
            bytes.append(2)
            for value in [power.lambda, power.mean, power.scale] {
                append(value, to: &bytes)
            }
        case .oneHot(let encoder):
            bytes.append(encoder.rareCategories.isEmpty ? 3 : 9)
            append(encoder.categories, rare: encoder.rareCategories, to: &bytes)
        case .unchanged: bytes.append(4)
        case .number(let number): append(number, to: &bytes)
        case .date(let date):
            bytes.append(6)
            append(date.parts.count, to: &bytes)
            for part in date.parts { append(part.rawValue, to: &bytes) }
        case .codes(let codes):
            let hasRare = !codes.rareCategories.isEmpty
            bytes.append((codes.isNative ? 8 : 7) + (hasRare ? 3 : 0))
            append(codes.categories, rare: codes.rareCategories, to: &bytes)
        }
    }

    /// The tag before says whether there are rare categories.
    private static func append(_ names: [String], rare: [String], to bytes: inout [UInt8]) {
        for list in [names] + (rare.isEmpty ? [] : [rare]) {
            append(list.count, to: &bytes)
            for name in list { append(name, to: &bytes) }
        }
    }

    private static func append(_ number: FittedNumber, to bytes: inout [UInt8]) {
        bytes.append(5)
        bytes.append(number.fill == nil ? 0 : 1)
        append(number.fill ?? 0, to: &bytes)
        let parameters: [Double]
        switch number.scaling {
        case .none: parameters = []
        case .standard(let mean, let scale): parameters = [mean, scale]
        case .yeoJohnson(let lambda, let mean, let scale): parameters = [lambda, mean, scale]
        }
        append(parameters.count, to: &bytes)
        for value in parameters { append(value, to: &bytes) }
    }

    private static func append(_ count: Int, to bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: 32, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: count >> shift))
        }
    }

    private static func append(_ value: Double, to bytes: inout [UInt8]) {
        // Equal values must have equal bytes: -0 is written as 0.
        let pattern = (value == 0 ? 0 : value).bitPattern
        for shift in stride(from: 0, to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: pattern >> shift))
        }
    }

    private static func append(_ name: String, to bytes: inout [UInt8]) {
        append(name.utf8.count, to: &bytes)
        bytes.append(contentsOf: name.utf8)
    }
}
