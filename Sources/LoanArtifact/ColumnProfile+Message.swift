// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
internal import LoanModel
internal import Protobuf

extension ColumnProfile {
    /// The pointers are valid as long as the arena.
    func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__ColumnProfile> {
        var message = unsafe LoanDefault__V1__ColumnProfile()
        unsafe loan_default__v1__column_profile__init(&message)
        switch bins {
        case .numbers(let edges):
            unsafe message.edges = arena.array(edges)
            unsafe message.n_edges = edges.count
        case .categories(let codes, let categoryCount):
            unsafe message.categories = UInt32(categoryCount)
            unsafe message.codes = arena.array(codes.map { UInt32($0) })
            unsafe message.n_codes = codes.count
        }
        unsafe message.rows = arena.array(counts.map { UInt64($0) })
        unsafe message.n_rows = counts.count
        unsafe message.missing_rows = UInt64(missingCount)
        unsafe message.unseen_rows = UInt64(unseenCount)
        return unsafe arena.copy(message)
    }
}

/// The profile of one column as it is stored, before it is validated.
struct StoredProfile {
    private let bins: ColumnProfile.Bins
    private let rows: [UInt64]
    private let missing: UInt64
    private let unseen: UInt64

    // The message is valid during this call; everything is copied out of it.
    init(_ message: borrowing LoanDefault__V1__ColumnProfile) {
        let categoryCount = unsafe Int(message.categories)
        bins =
            unsafe categoryCount > 0
            ? .categories(
                codes: repeatedNumbers(message.n_codes, message.codes).map { Int($0) },
                categoryCount: categoryCount
            )
            : .numbers(edges: repeatedNumbers(message.n_edges, message.edges))
        rows = unsafe repeatedNumbers(message.n_rows, message.rows)
        missing = unsafe message.missing_rows
        unseen = unsafe message.unseen_rows
    }

    /// Those of a preprocessor, in the order of its matrix. The message is valid during this call.
    static func all(of message: borrowing LoanDefault__V1__Preprocessor) -> [StoredProfile] {
        unsafe repeatedPointees(message.n_profiles, message.profiles) {
            unsafe StoredProfile($0.pointee)
        }
    }

    func checked(of column: String) throws(PreprocessorError) -> ColumnProfile {
        try ColumnProfile(
            feature: column,
            bins: bins,
            // What does not fit is above the limit in any case.
            counts: rows.map { Int(clamping: $0) },
            missingCount: Int(clamping: missing),
            unseenCount: Int(clamping: unseen)
        )
    }
}
