// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
internal import LoanModel
internal import Protobuf

// The pointers below are valid as long as the arena that is passed in.

extension FittedFeature {
    /// What was learned, to be read with the schema that asks for it.
    func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__FittedColumn> {
        var message = unsafe LoanDefault__V1__FittedColumn()
        unsafe loan_default__v1__fitted_column__init(&message)
        unsafe message.range = range.map { unsafe $0.message(in: &arena) }
        switch self {
        case .impute(let step): unsafe message.fill = step.median
        case .power(let step):
            unsafe message.lambda = step.lambda
            unsafe message.mean = step.mean
            unsafe message.scale = step.scale
        case .number(let step):
            unsafe message.fill = step.fill ?? 0
            switch step.scaling {
            case .none: break
            case .standard(let mean, let scale):
                unsafe message.mean = mean
                unsafe message.scale = scale
            case .yeoJohnson(let lambda, let mean, let scale):
                unsafe message.lambda = lambda
                unsafe message.mean = mean
                unsafe message.scale = scale
            }
        case .oneHot(let step): unsafe step.categories.fill(&message, in: &arena)
        case .codes(let step) where !step.isOrdered:
            unsafe step.categories.fill(&message, in: &arena)
        case .codes, .unchanged, .date: break
        }
        unsafe message.rare_categories = arena.strings(rareCategories)
        unsafe message.n_rare_categories = rareCategories.count
        return unsafe arena.copy(message)
    }
}

extension [String] {
    fileprivate func fill(
        _ message: inout LoanDefault__V1__FittedColumn,
        in arena: inout MessageArena
    ) {
        unsafe message.categories = arena.strings(self)
        unsafe message.n_categories = count
    }
}
