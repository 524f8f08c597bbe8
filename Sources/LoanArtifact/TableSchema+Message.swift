// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
internal import LoanModel
internal import Protobuf

// The pointers below are valid as long as the arena that is passed in. The numbers are those of
// artifact.proto.

extension TableSchema {
    /// The schema as it is stored.
    func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__TableSchema> {
        var message = unsafe LoanDefault__V1__TableSchema()
        unsafe loan_default__v1__table_schema__init(&message)
        unsafe message.label = arena.string(label)
        switch labelValues {
        case .classes(let positive, let negative):
            unsafe message.positive = arena.string(positive)
            unsafe message.negative = arena.string(negative ?? "")
        case .boolean: unsafe message.label_values = 1
        case .number: unsafe message.label_values = 2
        }
        unsafe message.leaves_out_unlabeled = leavesOutUnlabeled ? 1 : 0
        unsafe message.label_position = UInt32(labelPosition)
        var parts: [UnsafeMutablePointer<LoanDefault__V1__SchemaFeature>?] = unsafe []
        for feature in features { unsafe parts.append(feature.message(in: &arena)) }
        unsafe message.features = arena.array(parts)
        unsafe message.n_features = parts.count
        unsafe message.prepared_order = arena.array(preparedOrder.map { UInt32($0) })
        unsafe message.n_prepared_order = preparedOrder.count
        unsafe message.ignored = arena.strings(roles.ignored)
        unsafe message.n_ignored = roles.ignored.count
        unsafe message.time = arena.string(roles.time ?? "")
        unsafe message.group = arena.string(roles.group ?? "")
        unsafe message.weight = arena.string(roles.weight ?? "")
        unsafe message.protected_columns = arena.strings(roles.protected)
        unsafe message.n_protected_columns = roles.protected.count
        return unsafe arena.copy(message)
    }
}

extension Feature {
    fileprivate func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__SchemaFeature> {
        var message = unsafe LoanDefault__V1__SchemaFeature()
        unsafe loan_default__v1__schema_feature__init(&message)
        unsafe message.name = arena.string(name)
        unsafe message.rare_below = rareBelow ?? 0
        switch preparation {
        case .number(let missing, let transform):
            unsafe missing.fill(&message)
            switch transform {
            case .none: break
            case .standardize: unsafe message.transform = 1
            case .yeoJohnson: unsafe message.transform = 2
            }
        case .category(let encoding):
            unsafe message.kind = 1
            switch encoding {
            case .oneHot: break
            case .ordinal(let order):
                unsafe message.encoding = 1
                unsafe message.order = arena.strings(order)
                unsafe message.n_order = order.count
            case .native: unsafe message.encoding = 2
            }
        case .boolean(let missing):
            unsafe message.kind = 2
            unsafe missing.fill(&message)
        case .date(let parts):
            unsafe message.kind = 3
            unsafe message.date_parts = arena.array(parts.map(\.number))
            unsafe message.n_date_parts = parts.count
        }
        return unsafe arena.copy(message)
    }
}

extension Feature.Missing {
    fileprivate func fill(_ message: inout LoanDefault__V1__SchemaFeature) {
        switch self {
        case .left: break
        case .median: unsafe message.missing = 1
        case .mean: unsafe message.missing = 2
        case .constant(let value):
            unsafe message.missing = 3
            unsafe message.constant = value
        }
    }
}

extension Feature.DatePart {
    /// The number that stands for the part.
    fileprivate var number: UInt32 {
        switch self {
        case .days: 0
        case .year: 1
        case .month: 2
        case .weekday: 3
        }
    }

    /// The part of a number, or nil.
    init?(number: UInt32) {
        guard let part = Self.allCases.first(where: { $0.number == number }) else { return nil }
        self = part
    }
}
