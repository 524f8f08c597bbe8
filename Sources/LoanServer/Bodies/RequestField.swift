// SPDX-License-Identifier: Apache-2.0

package import LoanService

/// The fields of all JSON requests, by their documented names.
package enum RequestField: String, Sendable {
    case backend
    case bucket
    case key
    case size
    case seed
    case format
    case schema
    case label
    case split
    case testShare = "test_share"
    case calibrationShare = "calibration_share"
    case stoppingShare = "stopping_share"
    case time
    case group
    case protected
    case parameters
    case exclude
    case folds
    case tune
    case sample
    case dataKey = "data_key"
    case modelKey = "model_key"
    case modelName = "model_name"
    case targetPath = "target_path"
    case localPath = "local_path"
    case localDataPath = "local_data_path"
    case localModelPath = "local_model_path"
    case preprocessorPath = "preprocessor_path"
    case csvPayload = "csv_payload"
    case iterations
    case warnings
    case policy
    case calibration
    case card
    case elderlyCheck = "elderly_check"
    case decisions
    case reasons
    case changes
    case window
}

extension RequestInput {
    /// The field that names the input; nil for what no request names.
    package var field: RequestField? {
        switch self {
        case .bucket: .bucket
        case .modelName: .modelName
        case .parameters: .parameters
        case .exclude: .exclude
        case .folds: .folds
        case .tune: .tune
        case .size: .size
        case .schema: .schema
        case .split: .split
        case .timeColumn: .time
        case .groupColumn: .group
        case .protectedColumns: .protected
        case .policy: .policy
        case .calibration: .calibration
        case .card: .card
        case .elderlyCheck: .elderlyCheck
        case .place(.source, .local), .place(.object, .local): .localPath
        case .place(.source, .s3), .place(.target, .s3), .place(.object, .s3): .key
        case .place(.target, .local): .targetPath
        case .place(.data, .local): .localDataPath
        case .place(.data, .s3), .place(.preprocessor, .s3): .dataKey
        case .place(.model, .local): .localModelPath
        case .place(.model, .s3): .modelKey
        case .place(.preprocessor, .local): .preprocessorPath
        case .place(.sharedFolder, _): nil
        }
    }
}

extension FieldProblem {
    /// A problem with one field.
    package init(field: RequestField, _ message: String, kind: ProblemKind) {
        self.init(location: [.name(field.rawValue)], message: message, kind: kind)
    }

    /// The same, with inputs by the names of their fields.
    package var named: FieldProblem {
        let steps = location.compactMap { step -> LocationStep? in
            guard case .input(let input) = step else { return step }
            return input.field.map { .name($0.rawValue) }
        }
        return FieldProblem(location: steps, message: message, kind: kind)
    }
}

extension ServiceError {
    /// One line for a person who has sent JSON: inputs are called as their fields.
    package var sentenceOfFields: String { sentence { $0.field?.rawValue } }

    /// One problem with one field.
    static func invalid(field: RequestField, _ message: String, kind: ProblemKind) -> Self {
        .invalid([FieldProblem(field: field, message, kind: kind)])
    }
}
