// SPDX-License-Identifier: Apache-2.0

/// What a challenger is there for: which model, in which way, and for which share of the calls.
package struct ChallengerSetup: Codable, Equatable, Sendable {
    /// What becomes of a challenger's scores.
    package enum Mode: String, Codable, CaseIterable, Sendable {
        /// The champion answers; the challenger scores the same rows afterwards, and the
        /// differences are counted.
        case shadow
        /// The challenger answers a share of the calls, chosen by a hash of their ids.
        case canary
    }

    /// The name of the challenger: `NAME`, or `NAME@GENERATION`.
    package let model: String
    /// What becomes of its scores.
    package let mode: Mode
    /// The share of the calls, above 0 and at most 1.
    package let share: Double
    /// What the ids are hashed with: another one chooses other calls.
    package let salt: String

    /// - Parameters:
    ///   - champion: the name that callers use.
    ///   - share: nil takes all calls, which only a shadow may.
    ///   - salt: nil takes the name of the champion, so that a greater share keeps the calls of a
    ///     smaller one.
    /// - Throws: `.invalid`, with a sentence for each field that is not right; `.conflict` for a
    ///   model that is its own challenger.
    package init(
        model: String,
        mode: Mode,
        share: Double? = nil,
        salt: String? = nil,
        of champion: String
    ) throws(ServiceError) {
        self.model = model
        self.mode = mode
        self.share = share ?? 1
        self.salt = salt ?? champion
        var problems: [FieldProblem] = []
        do throws(ServiceError) {
            try ModelName.validateVersioned(model)
        } catch {
            problems.append(Self.problem("model", error.sentence { _ in nil }, .modelName))
        }
        if share == nil, mode == .canary {
            problems.append(
                Self.problem("share", "a canary needs the share of calls that it answers", .missing)
            )
        } else if !Self.isShare(self.share) {
            problems.append(
                Self.problem("share", "must be a number above 0 and at most 1", .outOfRange)
            )
        }
        if !Self.isSalt(self.salt) {
            problems.append(
                Self.problem(
                    "salt",
                    "must be 1 to \(ChallengerLimits.saltBytesMax) printable characters of ASCII",
                    .unusableText
                )
            )
        }
        guard problems.isEmpty else { throw .invalid(problems) }
        guard model != champion else {
            throw .conflict(
                Self.problem("model", "a model cannot be the challenger of itself", .conflict)
            )
        }
    }

    /// Whether a setup that was stored can be used; the other servers check what they store.
    func isUsable(for champion: String) -> Bool {
        model != champion && (try? ModelName.validateVersioned(model)) != nil
            && Self.isShare(share) && Self.isSalt(salt)
    }

    private static func isShare(_ share: Double) -> Bool { share > 0 && share <= 1 }

    private static func isSalt(_ salt: String) -> Bool {
        (1...ChallengerLimits.saltBytesMax).contains(salt.utf8.count)
            && salt.utf8.allSatisfy { (0x20...0x7e).contains($0) }
    }

    private static func problem(
        _ field: String,
        _ message: String,
        _ kind: ProblemKind
    ) -> FieldProblem {
        FieldProblem(location: [.name(field)], message: message, kind: kind)
    }
}
