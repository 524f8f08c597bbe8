// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
internal import LoanModel
internal import Protobuf

/// Reads a stored schema. What it asks for is validated, as nothing else has validated it.
enum StoredSchema {
    // The message is valid during this call; everything is copied out of it.
    static func schema(
        _ message: borrowing LoanDefault__V1__TableSchema
    ) throws(ArtifactError) -> TableSchema {
        let features = try unsafe features(message)
        let names = features.map(\.name)
        guard names.count <= TableLimits.featureCountMax else {
            throw problem(
                "it has \(names.count) features, of at most \(TableLimits.featureCountMax)"
            )
        }
        let position = unsafe Int(message.label_position)
        guard Set(names).count == names.count, position <= names.count else {
            throw problem("a name is there twice, or the label has no place")
        }
        let order = unsafe repeatedValues(message.n_prepared_order, message.prepared_order)
        guard order.count == names.count, Set(order).count == order.count,
            order.allSatisfy({ $0 < names.count })
        else { throw problem("the order of the matrix does not name every feature once") }
        return unsafe TableSchema(
            features: features,
            label: decodedText(message.label),
            labelValues: try labelValues(message),
            leavesOutUnlabeled: message.leaves_out_unlabeled != 0,
            labelPosition: position,
            preparedOrder: order.map { names[Int($0)] },
            roles: roles(message)
        )
    }

    private static func problem(_ text: String) -> ArtifactError {
        .invalid(field: "schema", problem: text)
    }

    private static func labelValues(
        _ message: borrowing LoanDefault__V1__TableSchema
    ) throws(ArtifactError) -> LabelValues {
        switch unsafe message.label_values {
        case 0:
            let negative = unsafe decodedText(message.negative)
            return unsafe .classes(
                positive: decodedText(message.positive),
                negative: negative.isEmpty ? nil : negative
            )
        case 1: return .boolean
        case 2: return .number
        default: throw .newerRelease(what: "another kind of labels")
        }
    }

    private static func roles(_ message: borrowing LoanDefault__V1__TableSchema) -> ColumnRoles {
        func name(_ text: String) -> String? { text.isEmpty ? nil : text }
        var roles = ColumnRoles()
        roles.ignored = unsafe repeatedPointees(message.n_ignored, message.ignored) {
            unsafe decodedText($0)
        }
        roles.time = unsafe name(decodedText(message.time))
        roles.group = unsafe name(decodedText(message.group))
        roles.weight = unsafe name(decodedText(message.weight))
        roles.protected = unsafe repeatedPointees(
            message.n_protected_columns,
            message.protected_columns
        ) { unsafe decodedText($0) }
        return roles
    }

    private static func features(
        _ message: borrowing LoanDefault__V1__TableSchema
    ) throws(ArtifactError) -> [Feature] {
        let parts = unsafe repeatedPointees(message.n_features, message.features) {
            unsafe Part($0.pointee)
        }
        var features: [Feature] = []
        for part in parts {
            features.append(try part.feature())
        }
        return features
    }

    /// Copies a list of numbers.
    static func repeatedValues(_ count: Int, _ values: UnsafePointer<UInt32>?) -> [UInt32] {
        // The list belongs to the message, which is valid during this call.
        unsafe Array(UnsafeBufferPointer(start: values, count: count))
    }

    /// One feature's content as values.
    private struct Part {
        let name: String
        private let kind: UInt32
        private let missing: UInt32
        private let constant: Double
        private let transform: UInt32
        private let encoding: UInt32
        private let order: [String]
        private let dateParts: [UInt32]
        private let rareBelow: Double

        init(_ message: borrowing LoanDefault__V1__SchemaFeature) {
            name = unsafe decodedText(message.name)
            kind = unsafe message.kind
            missing = unsafe message.missing
            constant = unsafe message.constant
            transform = unsafe message.transform
            encoding = unsafe message.encoding
            order = unsafe repeatedPointees(message.n_order, message.order) {
                unsafe decodedText($0)
            }
            rareBelow = unsafe message.rare_below
            dateParts = unsafe repeatedValues(message.n_date_parts, message.date_parts)
        }

        func feature() throws(ArtifactError) -> Feature {
            let preparation = try preparation()
            guard rareBelow != 0 else { return Feature(name, preparation, .none) }
            // Rare ones cannot be gathered where an order places every category.
            guard rareBelow > 0, rareBelow < 1, kind == 1, order.isEmpty else {
                throw problem("the rare categories of \(name) cannot be gathered")
            }
            return Feature(name, preparation, .none, rareBelow: rareBelow)
        }

        private func preparation() throws(ArtifactError) -> Feature.Preparation {
            switch (kind, transform, encoding) {
            case (0, 0, _): .number(missing: try missingRule(), transform: .none)
            case (0, 1, _): .number(missing: try missingRule(), transform: .standardize)
            case (0, 2, _): .number(missing: try missingRule(), transform: .yeoJohnson)
            case (1, _, 0): .category(.oneHot)
            case (1, _, 1): .category(.ordinal(order: order))
            case (1, _, 2): .category(.native)
            case (2, _, _): .boolean(missing: try missingRule())
            case (3, _, _): .date(parts: try parts())
            default: throw .newerRelease(what: "another preparation of \(name)")
            }
        }

        private func missingRule() throws(ArtifactError) -> Feature.Missing {
            switch missing {
            case 0: .left
            case 1: .median
            case 2: .mean
            case 3: .constant(constant)
            default: throw .newerRelease(what: "another rule for missing values of \(name)")
            }
        }

        private func parts() throws(ArtifactError) -> [Feature.DatePart] {
            var parts: [Feature.DatePart] = []
            for number in dateParts {
                guard let part = Feature.DatePart(number: number) else {
                    throw .newerRelease(what: "another part of the date \(name)")
                }
                parts.append(part)
            }
            return parts
        }
    }
}
