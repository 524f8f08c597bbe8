// SPDX-License-Identifier: Apache-2.0

import LoanService
import Testing

/// Which calls a canary answers.
@Suite struct CanaryChoiceTests {
    private func takes(_ id: String, _ salt: String, _ share: Double) -> Bool {
        CanaryChoice.takes(CallID(given: id, number: 0), salt: salt, share: share)
    }

    /// Places in the unit interval, computed by Python's hashlib as docs/challenger.md has it.
    @Test(arguments: [
        ("0123456789abcdef", "model.joblib", 0.3826356148222124),
        ("application-1", "model.joblib", 0.38478537880335106),
        ("application-2", "model.joblib", 0.41631589901629906),
        ("a", "model.joblib", 0.10365275662077245),
        ("0123456789abcdef", "2026", 0.11382770071925208),
        ("application-1", "2026", 0.34573078684109015),
        ("application-2", "2026", 0.7537185790268336),
        ("a", "2026", 0.5710111198163413),
    ])
    func aCallIsTakenFromItsPlaceOn(id: String, salt: String, place: Double) {
        #expect(!takes(id, salt, place))
        #expect(takes(id, salt, place.nextUp))
    }

    @Test func aShareOfTheCallsIsTakenAndAGreaterOneKeepsThem() {
        let ids = (0..<20_000).map { "call-\($0)" }
        let few = Set(ids.filter { takes($0, "salt", 0.05) })
        // Four standard deviations of a binomial count.
        #expect((870...1_130).contains(few.count), "\(few.count)")
        let more = Set(ids.filter { takes($0, "salt", 0.2) })
        #expect(few.isSubset(of: more))
        let others = Set(ids.filter { takes($0, "pepper", 0.05) })
        #expect(few.intersection(others).count < 130)
        #expect(ids.allSatisfy { takes($0, "salt", 1) })
    }
}
