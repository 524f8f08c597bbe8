// SPDX-License-Identifier: Apache-2.0

/// What kind of thing is wrong, for programs. Transports that name kinds have words of their own.
package enum ProblemKind: Equatable, Sendable, CaseIterable {
    // The form of a request.
    case missing
    case null
    case notText, notInteger, notNumber, notBoolean, notDate, notList, notObject, notAChoice
    case unknownField
    case tooFewItems, tooManyItems
    case tooLongText, unusableText
    case unreadableBody

    // The values of its inputs.
    case unusable
    case outOfRange
    /// Not a number of single precision.
    case beyondPrecision
    case modelName
    case path
    case parameter
    case table
    case preparedData

    // What they name.
    case notFound
    case forbidden
    case tooLarge
    case conflict
    case damaged
    /// What is stored is not what the work needs.
    case unmet
    case unsupportedModel
}
