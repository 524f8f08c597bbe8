// SPDX-License-Identifier: Apache-2.0

internal import LoanService

extension ProblemKind {
    /// The stable word for programs, in the manner of pydantic, as the original service has it.
    package var type: String {
        switch self {
        case .missing: "value_error.missing"
        case .null: "type_error.none.not_allowed"
        case .notText: "type_error.str"
        case .notInteger: "type_error.integer"
        case .notNumber: "type_error.float"
        case .notBoolean: "value_error.bool"
        case .notDate: "value_error.date"
        case .notList: "type_error.list"
        case .notObject: "type_error.dict"
        case .notAChoice: "type_error.enum"
        case .unknownField: "value_error.extra"
        case .tooFewItems: "value_error.list.min_items"
        case .tooManyItems: "value_error.list.max_items"
        case .tooLongText: "value_error.any_str.max_length"
        case .unusableText: "value_error.str"
        case .unreadableBody: "value_error.jsondecode"
        case .unusable: "value_error"
        case .outOfRange: "value_error.number"
        case .beyondPrecision: "value_error.number.range"
        case .modelName: "value_error.str.regex"
        case .path: "value_error.path"
        case .parameter: "value_error.parameter"
        case .table: "value_error.csv"
        case .preparedData: "value_error.data"
        case .notFound: "not_found"
        case .forbidden: "permission_denied"
        case .tooLarge: "too_large"
        case .conflict: "conflict"
        case .damaged: "data_loss"
        case .unmet: "failed_precondition"
        case .unsupportedModel: "unsupported_model"
        }
    }
}
